import SCRProtocol
import SCRRuntime
import SCRServer

/// Providers whose answers were written by hand, from the files that the settings name.
enum ScriptedModels {
  /// Blocks.
  /// - Throws: ``CommandFailure`` with file, line and column of what is wrong in a script.
  static func providers(_ settings: ModelSettings, clock: any RuntimeClock) throws(CommandFailure)
    -> [any ModelProvider]
  {
    var providers: [any ModelProvider] = []
    for (name, entry) in settings.providers.sorted(by: { $0.key < $1.key }) where entry.kind == .scripted {
      guard let path = entry.script else {
        throw CommandFailure(
          .usage, kind: ErrorKind.invalidInput.name, "models.providers.\(name): a scripted provider needs a script",
          hint: "name its file under script")
      }
      providers.append(ScriptedProvider(name: name, script: try script(path), clock: clock))
    }
    return providers
  }

  private static func script(_ path: String) throws(CommandFailure) -> ModelScript {
    let document: SourceDocument
    do {
      guard let bytes = try DiskFile.read(path) else {
        throw CommandFailure(.usage, kind: "usage", "\(path): there is no such file")
      }
      document = try SourceDocument.parse(bytes, file: path)
    } catch let failure as CommandFailure { throw failure } catch {
      throw CommandFailure(.usage, kind: ErrorKind.invalidInput.name, "\(path): \(error)")
    }
    do throws(ShapeError) { return try ModelScript(json: document.value) } catch {
      let place = document.places[error.path].map { "\($0)" } ?? path
      throw CommandFailure(
        .usage, kind: ErrorKind.invalidInput.name, "\(place): \(error.path): \(error.message)", hint: error.hint)
    }
  }
}
