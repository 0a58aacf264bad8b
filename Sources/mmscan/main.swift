// Glue: arguments in, exit status out. Everything else has a file of its own.
exit(Mmscan.run(RawArguments.ofProcess))
