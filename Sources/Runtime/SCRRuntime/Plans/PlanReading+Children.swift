import SCRProtocol

// Plans within plans.
extension PlanReading {
  static let planStepMembers = ["id", "needs", "plan", "inputs", "retry", "timeoutMs", "onFailure", "budget"]

  mutating func planWork(in object: PlanObject, hasModel: Bool, depth: Int) -> StepWork? {
    for member in ["tools", "priority"] where object.fields[member] != nil {
      report(object.path(member), "\"\(member)\" of a plan step is not supported yet", hint: "leave it out")
    }
    if object.fields["onUnknownOutcome"] != nil {
      report(
        object.path("onUnknownOutcome"), "\"onUnknownOutcome\" has no meaning for a plan step",
        hint: "give it to the steps of its plan")
    }
    refuseUnknownMembers(
      of: object, known: Self.planStepMembers + ["tools", "budget", "priority", "onUnknownOutcome"])
    let inputs = self.object("inputs", in: object)?.fields ?? [:]
    guard depth < PlanLimits.depth else {
      report(
        object.path("plan"), "plans are nested deeper than \(PlanLimits.depth)", hint: "submit the inner ones as tasks")
      return nil
    }
    guard let document = object.fields["plan"], let root = self.object("plan", in: object),
      let plan = plan(root, hasModel: hasModel, depth: depth + 1)
    else { return nil }
    checkInputs(inputs, of: plan, in: object)
    return .plan(ChildPlan(document: document, plan: plan, inputs: inputs, budget: budget(in: object)))
  }

  mutating func budget(in object: PlanObject) -> Budget? {
    guard let value = object.fields["budget"] else { return nil }
    do throws(ShapeError) { return try Budget(json: value, path: object.path("budget")) } catch {
      report(error.path, error.message, hint: error.hint)
      return nil
    }
  }

  private mutating func checkInputs(_ given: JSONObject, of plan: Plan, in object: PlanObject) {
    for input in plan.inputs where input.value.isNull && given[input.key] == nil {
      report(
        object.path("inputs"), "the plan's input \"\(input.key.prefix(80))\" is missing",
        hint: "give it here, or give it a default in the plan")
    }
    for key in given.keys where plan.inputs[key] == nil {
      let known = plan.inputs.isEmpty ? "it has none" : "known are \(plan.inputs.keys.joined(separator: ", "))"
      report(
        "\(object.path("inputs")).\(key)", "the plan has no input \"\(key.prefix(80))\"",
        hint: Self.didYouMean(key, plan.inputs.keys) ?? known)
    }
  }
}
