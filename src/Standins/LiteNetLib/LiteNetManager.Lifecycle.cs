using System.Net;
using System.Net.Sockets;
using LiteNetLib.Sockets;
using LiteNetLib.Wire;

namespace LiteNetLib;

/// <content>Starting, stopping, and the logic thread.</content>
public partial class LiteNetManager
{
    private const string IPv6AllNodes = "ff02::1";

    [ThreadStatic]
    private static bool IsLibraryThread;

    private readonly AutoResetEvent _logicSignal = new(false);
    private readonly Lock _flushGate = new();
    private List<LiteNetPeer> _toFlush = [];
    private List<LiteNetPeer> _flushing = [];
    private volatile bool _isRunning;
    private bool _isManual;
    private bool _isLogicBusy;
    private long _manualTime;

    /// <summary>How far the last update went: what falls due before the next one, which will go as far, leaves now.</summary>
    private long _manualStep;
    private UdpSocket _socketIPv4;
    private UdpSocket _socketIPv6;
    private Thread _receiveThread;
    private Thread _logicThread;

    /// <summary>Starts on any free port.</summary>
    /// <returns>False if already running or the port cannot be had.</returns>
    public bool Start() => Start(0);

    /// <summary>Starts on a port; 0 for any free one.</summary>
    /// <returns>False if already running or the port cannot be had.</returns>
    public bool Start(int port) => Start(IPAddress.Any, IPAddress.IPv6Any, port);

    /// <summary>Starts on given local addresses.</summary>
    /// <returns>False if already running or the port cannot be had.</returns>
    public bool Start(IPAddress addressIPv4, IPAddress addressIPv6, int port) => Start(addressIPv4, addressIPv6, port, false);

    /// <inheritdoc cref="Start(IPAddress,IPAddress,int)"/>
    public bool Start(string addressIPv4, string addressIPv6, int port) =>
        Start(NetUtils.ResolveAddress(addressIPv4), NetUtils.ResolveAddress(addressIPv6), port);

    /// <summary>Starts without threads: <see cref="PollEvents"/> receives, <see cref="ManualUpdate"/> drives the timers.</summary>
    public bool StartInManualMode(int port) => Start(IPAddress.Any, IPAddress.IPv6Any, port, true);

    /// <inheritdoc cref="StartInManualMode(int)"/>
    public bool StartInManualMode(IPAddress addressIPv4, IPAddress addressIPv6, int port) => Start(addressIPv4, addressIPv6, port, true);

    /// <inheritdoc cref="StartInManualMode(int)"/>
    public bool StartInManualMode(string addressIPv4, string addressIPv6, int port) =>
        Start(NetUtils.ResolveAddress(addressIPv4), NetUtils.ResolveAddress(addressIPv6), port, true);

    /// <summary>Starts on given local addresses, with or without threads.</summary>
    /// <returns>False if already running or the port cannot be had.</returns>
    public bool Start(IPAddress addressIPv4, IPAddress addressIPv6, int port, bool manualMode)
    {
        if (_isRunning)
            return false;
        if (!TryBind(addressIPv4, addressIPv6, port))
            return false;
        LocalPort = _socketIPv4.Port;
        _isManual = manualMode;
        _isRunning = true;
        if (!manualMode)
        {
            _receiveThread = new Thread(ReceiveLoop) { IsBackground = true, Name = $"LiteNetLib receive {LocalPort}" };
            _logicThread = new Thread(LogicLoop) { IsBackground = true, Name = $"LiteNetLib logic {LocalPort}" };
            _receiveThread.Start();
            _logicThread.Start();
        }

        return true;
    }

    /// <summary>Stops, after one goodbye to every peer.</summary>
    public void Stop() => Stop(true);

    /// <summary>Stops, with or without one goodbye to every peer. Pending events are dropped. The manager may be started again.</summary>
    public void Stop(bool sendDisconnectMessages)
    {
        if (!_isRunning)
            return;
        foreach (var peer in this)
            peer.Shutdown(default, !sendDisconnectMessages, peer.ConnectionNumber);

        _isRunning = false;
        _logicSignal.Set();
        _socketIPv4.Interrupt();
        Join(_receiveThread);
        Join(_logicThread);
        _receiveThread = null;
        _logicThread = null;
        _socketIPv4.Dispose();
        _socketIPv6?.Dispose();
        _socketIPv4 = null;
        _socketIPv6 = null;
        ForgetPeers();
        DropEvents();
    }

    /// <summary>The time of timers, in clock ticks. In manual mode it passes only in <see cref="ManualUpdate"/>.</summary>
    internal long Now => _isManual ? _manualTime : Clock.Now;

    /// <summary>Looks at the timers and sends what waits, in manual mode.</summary>
    /// <param name="elapsedMilliseconds">Time since the last call.</param>
    public void ManualUpdate(float elapsedMilliseconds)
    {
        if (!_isRunning || !_isManual)
            return;
        _manualStep = (long)(elapsedMilliseconds * Clock.TicksPerMillisecond);
        _manualTime += _manualStep;
        SendDue(_manualTime + _manualStep);
        UpdatePeers(elapsedMilliseconds);
        FlushScheduled();
    }

    /// <summary>
    /// Lets the logic thread send at once what it gathers. What is not gathered has left already, and timers need no help: with nothing gathered
    /// nobody is woken.
    /// </summary>
    public void TriggerUpdate()
    {
        lock (_flushGate)
        {
            if (_toFlush.Count == 0)
                return;
        }

        _logicSignal.Set();
    }

    private static void Join(Thread thread)
    {
        if (thread != null && thread != Thread.CurrentThread)
            thread.Join();
    }

    private bool TryBind(IPAddress addressIPv4, IPAddress addressIPv6, int port)
    {
        try
        {
            _socketIPv4 = UdpSocket.Bind(new IPEndPoint(addressIPv4, port), ReuseAddress, DontRoute, UsesPlainSockets);
        }
        catch (SocketException error)
        {
            NetDebug.Error($"Port {port} cannot be bound: {error.SocketErrorCode}. Another program may use it.");
            return false;
        }

        _socketIPv6 = null;
        if (!IPv6Enabled || !IPv6Support)
            return true;
        try
        {
            _socketIPv6 = UdpSocket.Bind(new IPEndPoint(addressIPv6, _socketIPv4.Port), ReuseAddress, DontRoute, UsesPlainSockets);
            _socketIPv6.Socket.SetSocketOption(
                SocketOptionLevel.IPv6, SocketOptionName.AddMembership, new IPv6MulticastOption(IPAddress.Parse(IPv6AllNodes)));
        }
        catch (SocketException)
        {
            // IPv6 is a bonus: a machine without a route or address for it still talks IPv4.
            return true;
        }

        return true;
    }

    private void LogicLoop()
    {
        IsLibraryThread = true;
        long last = Clock.Now;
        while (_isRunning)
        {
            double untilUpdate = Math.Max(Math.Max(1, UpdateTime), Volatile.Read(ref _rest)) - Clock.Milliseconds(Clock.Now - last);
            if (untilUpdate > 0)
                _logicSignal.WaitOne((int)Math.Ceiling(untilUpdate));
            FlushScheduled();
            long now = Clock.Now;
            double elapsed = Clock.Milliseconds(now - last);
            if (elapsed < Math.Max(UpdateTime, Volatile.Read(ref _rest)) && !_isRoundWanted)
                continue;
            last = now;
            UpdatePeers((float)elapsed);
            DecideRest();
        }
    }

    private void UpdatePeers(float elapsedMilliseconds)
    {
        long now = Now;
        bool isRound = IsRound(elapsedMilliseconds, now);
        foreach (var peer in this)
            peer.Update(elapsedMilliseconds, now, isRound);
        ExpireRequests(now);
    }
}
