using LanChat.EndToEnd.Tests;

// Hosts, bridges and processes of one test have the machine for themselves: times are part of what is tested.
[assembly: CollectionBehavior(CollectionBehavior.CollectionPerAssembly, DisableTestParallelization = true)]
[assembly: AssemblyFixture(typeof(LabCleaner))]
