namespace LanChat.Protocol;

/// <summary>The first element of each message between peers. Numbers are never used again for something else.</summary>
internal enum PeerKind
{
    Rooms = 1,
    Profile = 2,
    KnownPeers = 3,
    Bye = 4,
    Alive = 5,
    Superseded = 6,
    Neighbours = 10,
    Part = 11,
    Profiles = 12,
    Entries = 13,
    Digest = 14,
    Want = 15,
    ForkProbe = 16,
    Receipt = 17,
    Summary = 18,
    Pruned = 19,
    WantStamps = 20,
    Stamps = 21,
}

/// <summary>The first element of each message between client and relay. Numbers are never used again for something else.</summary>
internal enum RelayKind
{
    Subscribe = 64,
    Unsubscribe = 65,
    Publish = 66,
    ShowStamps = 67,
    Digest = 68,
    Fetch = 69,
    Introduce = 70,
    Forward = 71,
    ProfileRequest = 72,
    ProfileUpdate = 73,
    Receipt = 74,
    ProfileAnswer = 80,
    Subscribed = 81,
    Ordered = 82,
    Fetched = 83,
    StampProof = 84,
    Member = 85,
    Introduction = 86,
    Invited = 87,
    Notice = 88,
    Error = 89,
    Bye = 90,
    Want = 91,
}
