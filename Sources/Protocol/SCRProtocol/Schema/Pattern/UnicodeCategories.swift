/// `General_Category` as ECMA-262 names it in `\p{…}`.
enum UnicodeCategories {
  static let all = Set(members.values.joined())

  /// - Parameter name: `Lu`, `Uppercase_Letter`, `gc=Lu` or `General_Category=Uppercase_Letter`.
  /// - Returns: nil for a name that is none, or one of another property.
  static func named(_ name: String) -> Set<Unicode.GeneralCategory>? {
    let parts = name.split(separator: "=", omittingEmptySubsequences: false).map(String.init)
    switch parts.count {
    case 1: return members[aliases[name] ?? name].map(Set.init)
    case 2 where ["gc", "General_Category"].contains(parts[0]):
      return members[aliases[parts[1]] ?? parts[1]].map(Set.init)
    default: return nil
    }
  }

  private static let members: [String: [Unicode.GeneralCategory]] = {
    let letters: [Unicode.GeneralCategory] = [.uppercaseLetter, .lowercaseLetter, .titlecaseLetter]
    return [
      "Lu": [.uppercaseLetter], "Ll": [.lowercaseLetter], "Lt": [.titlecaseLetter], "LC": letters,
      "Lm": [.modifierLetter], "Lo": [.otherLetter], "L": letters + [.modifierLetter, .otherLetter],
      "Mn": [.nonspacingMark], "Mc": [.spacingMark], "Me": [.enclosingMark],
      "M": [.nonspacingMark, .spacingMark, .enclosingMark],
      "Nd": [.decimalNumber], "Nl": [.letterNumber], "No": [.otherNumber],
      "N": [.decimalNumber, .letterNumber, .otherNumber],
      "Pc": [.connectorPunctuation], "Pd": [.dashPunctuation], "Ps": [.openPunctuation], "Pe": [.closePunctuation],
      "Pi": [.initialPunctuation], "Pf": [.finalPunctuation], "Po": [.otherPunctuation],
      "P": [
        .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation, .initialPunctuation,
        .finalPunctuation, .otherPunctuation,
      ],
      "Sm": [.mathSymbol], "Sc": [.currencySymbol], "Sk": [.modifierSymbol], "So": [.otherSymbol],
      "S": [.mathSymbol, .currencySymbol, .modifierSymbol, .otherSymbol],
      "Zs": [.spaceSeparator], "Zl": [.lineSeparator], "Zp": [.paragraphSeparator],
      "Z": [.spaceSeparator, .lineSeparator, .paragraphSeparator],
      "Cc": [.control], "Cf": [.format], "Cs": [.surrogate], "Co": [.privateUse], "Cn": [.unassigned],
      "C": [.control, .format, .surrogate, .privateUse, .unassigned],
    ]
  }()

  private static let aliases = [
    "Uppercase_Letter": "Lu", "Lowercase_Letter": "Ll", "Titlecase_Letter": "Lt", "Cased_Letter": "LC",
    "Modifier_Letter": "Lm", "Other_Letter": "Lo", "Letter": "L", "Nonspacing_Mark": "Mn", "Spacing_Mark": "Mc",
    "Enclosing_Mark": "Me", "Mark": "M", "Combining_Mark": "M", "Decimal_Number": "Nd", "digit": "Nd",
    "Letter_Number": "Nl", "Other_Number": "No", "Number": "N", "Connector_Punctuation": "Pc",
    "Dash_Punctuation": "Pd", "Open_Punctuation": "Ps", "Close_Punctuation": "Pe", "Initial_Punctuation": "Pi",
    "Final_Punctuation": "Pf", "Other_Punctuation": "Po", "Punctuation": "P", "punct": "P", "Math_Symbol": "Sm",
    "Currency_Symbol": "Sc", "Modifier_Symbol": "Sk", "Other_Symbol": "So", "Symbol": "S", "Space_Separator": "Zs",
    "Line_Separator": "Zl", "Paragraph_Separator": "Zp", "Separator": "Z", "Control": "Cc", "cntrl": "Cc",
    "Format": "Cf", "Surrogate": "Cs", "Private_Use": "Co", "Unassigned": "Cn", "Other": "C",
  ]
}
