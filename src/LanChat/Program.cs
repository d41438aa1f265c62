using LanChat.Commands;

return await CommandLine.RunAsync(args);
