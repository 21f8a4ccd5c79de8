import Testing

struct BadPlan: Sendable, CustomTestStringConvertible {
  let testDescription: String
  let text: String
  let complaint: String
}

enum Plans {
  static let sums = """
    title: Sums
    inputs: { number: 1 }
    steps:
      - { id: sum, tool: calculator, arguments: { expression: "${inputs.number} + 2" } }
      - { id: double, tool: calculator, arguments: { expression: "${steps.sum.text} * 2" } }
    result: "${steps.double.text}"

    """

  static let sumsAsJSON = """
    {"title": "Sums", "inputs": {"number": 1}, "steps": [
      {"id": "sum", "tool": "calculator", "arguments": {"expression": "${inputs.number} + 2"}},
      {"id": "double", "tool": "calculator", "arguments": {"expression": "${steps.sum.text} * 2"}}],
     "result": "${steps.double.text}"}
    """

  static let failing = """
    title: Failing
    steps:
      - { id: divide, tool: calculator, arguments: { expression: "1 / 0" } }
      - { id: after, needs: [divide], tool: calculator, arguments: { expression: "1" } }

    """

  /// Waits for a minute between two attempts.
  static let patient = """
    title: Patient
    steps:
      - id: divide
        tool: calculator
        arguments: { expression: "1 / 0" }
        retry: { attempts: 2, backoffMs: 60000, jitter: 0 }

    """

  static let bad = [
    BadPlan(
      testDescription: "cyclic",
      text: """
        title: Circle
        steps:
          - { id: a, needs: [b], tool: calculator, arguments: { expression: "1" } }
          - { id: b, needs: [a], tool: calculator, arguments: { expression: "1" } }

        """, complaint: "plan.yaml:3:5: steps[0]: steps wait for each other: a → b → a"),
    BadPlan(
      testDescription: "unknown tool",
      text: """
        title: Unknown
        steps:
          - { id: a, tool: calculater, arguments: { expression: "1" } }

        """,
      complaint:
        #"plan.yaml:3:20: steps[0].tool: there is no tool "calculater" (did you mean "calculator"?)"#),
    BadPlan(
      testDescription: "unknown input",
      text: """
        title: Missing
        steps:
          - { id: a, tool: calculator, arguments: { expression: "${inputs.number} + 1" } }

        """, complaint: "plan.yaml:3:"),
    BadPlan(
      testDescription: "input without a value",
      text: """
        title: Missing
        inputs: { number: null }
        steps:
          - { id: a, tool: calculator, arguments: { expression: "${inputs.number} + 1" } }

        """, complaint: #"plan.yaml:2:19: inputs.number: the input "number" is missing (give it with --input number=…)"#
    ),
    BadPlan(
      testDescription: "typo in a member",
      text: """
        title: Typo
        steps:
          - id: a
            tool: calculator
            argments: { expression: "1" }

        """, complaint: "plan.yaml:5:15: steps[0].argments: unknown member \"argments\" (did you mean \"arguments\"?)"),
    BadPlan(
      testDescription: "broken YAML",
      text: """
        title: Broken
        steps: [

        """, complaint: "plan.yaml:3:"),
  ]
}
