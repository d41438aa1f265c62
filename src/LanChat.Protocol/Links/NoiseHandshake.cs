using System.Security.Cryptography;

namespace LanChat.Protocol;

/// <summary>
/// HandshakeState of the Noise Protocol Framework, revision 34, section 5.3, for the pattern XX with P-256 in the place of 25519:
/// <c>Noise_XX_P256_AESGCM_SHA256</c>. Public keys are 65-byte points, shared secrets 32 bytes.
/// <code>
/// XX:
///   -> e
///   &lt;- e, ee, s, es
///   -> s, se
/// </code>
/// One owner; of no use after a message was refused.
/// </summary>
public sealed class NoiseHandshake : IDisposable
{
    private static readonly Token[][] Pattern = [[Token.E], [Token.E, Token.EE, Token.S, Token.ES], [Token.S, Token.SE]];

    private readonly ICryptography _crypto;
    private readonly IRandomSource _random;
    private readonly NoiseSymmetricState _symmetricState;
    private readonly bool _initiator;
    private readonly PeerIdentity _s;
    private byte[] _e = [];
    private byte[] _ePublic = [];
    private byte[] _rs = [];
    private byte[] _re = [];
    private int _message;
    private bool _isBroken;

    /// <summary>
    /// Initialize(handshake_pattern, initiator, prologue, s, e, rs, re): XX has no pre-messages, so e, rs and re start empty.
    /// </summary>
    private NoiseHandshake(ICryptography crypto, PeerIdentity identity, IRandomSource random, bool initiator)
    {
        _crypto = crypto;
        _random = random;
        _initiator = initiator;
        _s = identity;
        _symmetricState = new NoiseSymmetricState("Noise_XX_P256_AESGCM_SHA256"u8);
        _symmetricState.MixHash(Domain.Prologue);
    }

    private enum Token
    {
        E,
        S,
        EE,
        ES,
        SE,
    }

    /// <summary>Whether all three messages went through; then <see cref="Split"/> is due.</summary>
    public bool IsComplete => _message == Pattern.Length && !_isBroken;

    /// <summary>Whether the next message is ours to write.</summary>
    public bool IsOurTurn => !_isBroken && _message < Pattern.Length && _message % 2 == 0 == _initiator;

    /// <summary>The hash of the handshake, 32 bytes: names the finished link to both of its ends and to nobody else.</summary>
    public ReadOnlyMemory<byte> HandshakeHash => _symmetricState.GetHandshakeHash();

    /// <summary>The other side's agreement key, 65 bytes; empty before its message 2 or 3.</summary>
    public ReadOnlyMemory<byte> RemoteStaticKey => _rs;

    /// <summary>Our ephemeral key, 65 bytes; empty before our first message.</summary>
    public ReadOnlyMemory<byte> LocalEphemeralPublicKey => _ePublic;

    /// <summary>The other side's ephemeral key, 65 bytes; empty before its first message.</summary>
    public ReadOnlyMemory<byte> RemoteEphemeralPublicKey => _re;

    /// <summary>The side that connects.</summary>
    public static NoiseHandshake Initiator(ICryptography crypto, PeerIdentity identity, IRandomSource random) =>
        new(crypto, identity, random, true);

    /// <summary>The side that is connected to.</summary>
    public static NoiseHandshake Responder(ICryptography crypto, PeerIdentity identity, IRandomSource random) =>
        new(crypto, identity, random, false);

    /// <summary>WriteMessage(payload, message_buffer).</summary>
    /// <exception cref="InvalidOperationException">It is the other side's turn, or the handshake is over.</exception>
    public byte[] WriteMessage(ReadOnlySpan<byte> payload)
    {
        if (!IsOurTurn) throw new InvalidOperationException("The next handshake message is not ours to write.");
        var message = new List<byte>(512);
        foreach (var token in Pattern[_message])
        {
            switch (token)
            {
                case Token.E:
                    _e = _crypto.NewPrivateKey(_random);
                    _ePublic = _crypto.PublicKey(_e);
                    message.AddRange(_ePublic);
                    _symmetricState.MixHash(_ePublic);
                    break;
                case Token.S:
                    message.AddRange(_symmetricState.EncryptAndHash(_s.AgreementKey.Span));
                    break;
                default:
                    // The other's keys were checked when they were read: a failure here is ours.
                    if (!TryMixAgreement(token)) throw new InvalidOperationException("A checked key does not agree.");
                    break;
            }
        }
        message.AddRange(_symmetricState.EncryptAndHash(payload));
        _message++;
        return [.. message];
    }

    /// <summary>ReadMessage(message, payload_buffer). After a refusal the handshake is over.</summary>
    public bool TryReadMessage(ReadOnlyMemory<byte> message, out byte[] payload, out Rejection rejection)
    {
        payload = [];
        rejection = Read(message.Span, ref payload);
        _isBroken |= rejection != Rejection.None;
        return rejection == Rejection.None;
    }

    /// <summary>Split(): the cipher of the finished link.</summary>
    /// <exception cref="InvalidOperationException">The handshake is not complete.</exception>
    public LinkCipher Split()
    {
        if (!IsComplete) throw new InvalidOperationException("The handshake is not complete.");
        var (initiatorKey, responderKey) = _symmetricState.Split();
        ForgetEphemeral();
        return _initiator ? new LinkCipher(initiatorKey, responderKey) : new LinkCipher(responderKey, initiatorKey);
    }

    /// <summary>Lets go of the handshake's keys.</summary>
    public void Dispose()
    {
        ForgetEphemeral();
        _symmetricState.Dispose();
    }

    /// <summary>Nobody who takes hold of this process later is to read what went over the link before.</summary>
    private void ForgetEphemeral()
    {
        if (_e.Length == 0) return;
        _crypto.Forget(_e);
        CryptographicOperations.ZeroMemory(_e);
        _e = [];
    }

    private Rejection Read(ReadOnlySpan<byte> message, ref byte[] payload)
    {
        if (_isBroken || _message >= Pattern.Length || IsOurTurn) return Rejection.Inconsistent;
        if (message.Length > Limits.MaxHandshakeBytes) return Rejection.TooLong;
        foreach (var token in Pattern[_message])
        {
            switch (token)
            {
                case Token.E:
                    if (message.Length < P256.PublicKeyBytes) return Rejection.Truncated;
                    _re = message[..P256.PublicKeyBytes].ToArray();
                    message = message[P256.PublicKeyBytes..];
                    if (!_crypto.IsPublicKey(_re)) return Rejection.BadKey;
                    _symmetricState.MixHash(_re);
                    break;
                case Token.S:
                    var length = P256.PublicKeyBytes + _symmetricState.Overhead;
                    if (message.Length < length) return Rejection.Truncated;
                    if (!_symmetricState.TryDecryptAndHash(message[..length], out _rs)) return Rejection.BadSeal;
                    message = message[length..];
                    if (!_crypto.IsPublicKey(_rs)) return Rejection.BadKey;
                    break;
                default:
                    if (!TryMixAgreement(token)) return Rejection.BadKey;
                    break;
            }
        }
        if (!_symmetricState.TryDecryptAndHash(message, out payload)) return Rejection.BadSeal;
        _message++;
        return Rejection.None;
    }

    /// <summary>MixKey(DH(…)) of the tokens ee, es and se, whose letters name the initiator's key first.</summary>
    private bool TryMixAgreement(Token token)
    {
        var ownStatic = token == (_initiator ? Token.SE : Token.ES);
        var theirStatic = token == (_initiator ? Token.ES : Token.SE);
        Span<byte> secret = stackalloc byte[32];
        var own = ownStatic ? _s.AgreementPrivateKey.Span : _e;
        if (!_crypto.TryAgree(own, theirStatic ? _rs : _re, secret)) return false;
        _symmetricState.MixKey(secret);
        CryptographicOperations.ZeroMemory(secret);
        return true;
    }
}
