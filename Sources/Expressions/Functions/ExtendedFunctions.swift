package import JMESPath

extension JMESFunctions {
  /// JMESPath's own functions and those of this field (`workflow-language.md`); no function has an effect or reads a clock.
  package static let extended: JMESFunctions = {
    var functions = JMESFunctions.standard
    functions.addNetworks()
    functions.addEncodings()
    functions.addLists()
    functions.addItems()
    return functions
  }()
}
