using LanChat.Storage.Tests;
using Xunit.Runner.InProc.SystemConsole;

// The tests start this program again as the process that they kill.
return args is [nameof(Victim), var work, var folder] ? Victim.Run(work, folder) : await ConsoleRunner.Run(args);
