# Builds LanChat and plays its demo; arguments are passed on: ./run-demo.ps1 my.demo
$ErrorActionPreference = 'Stop'
dotnet run --project "$PSScriptRoot/src/LanChat" -- demo @args
exit $LASTEXITCODE
