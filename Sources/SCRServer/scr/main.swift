import SCRCommand

await Entry.main(CommandLine.arguments)
