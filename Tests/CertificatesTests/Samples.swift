/// Certificates made for these tests, valid for about a hundred years. Nothing else trusts them.
enum Samples {
    /// An authority.
    static let authority = """
        -----BEGIN CERTIFICATE-----
        MIIBkzCCATmgAwIBAgIUWfCYpcMUaBCLTJzxkihVnT6OkZEwCgYIKoZIzj0EAwIw
        HjEcMBoGA1UEAwwTd2VpciB0ZXN0IGF1dGhvcml0eTAgFw0yNjExMjMwNDU0NDRa
        GA8yMTI2MTAzMDA0NTQ0NFowHjEcMBoGA1UEAwwTd2VpciB0ZXN0IGF1dGhvcml0
        eTBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABCAQx9A4/64RgGiGJoYaL4PZWhdP
        zVrc+Dc2utbgaaASSFo75m2PUrLyc6UMfx3kLRCjRo+VqYmCB2u8iEYK1AijUzBR
        MB0GA1UdDgQWBBQq9+4qJgiXRaKmwZPekCN7vAxx9TAfBgNVHSMEGDAWgBQq9+4q
        JgiXRaKmwZPekCN7vAxx9TAPBgNVHRMBAf8EBTADAQH/MAoGCCqGSM49BAMCA0gA
        MEUCICfWw3KUtS3cGzj5obDLltBfUPB5/wtrS5y1o7/JXni1AiEAygKtVaYs86n+
        J5CurAkjyMQbAK2MiXIW07tEx7beahw=
        -----END CERTIFICATE-----
        """
    /// Another authority.
    static let otherAuthority = """
        -----BEGIN CERTIFICATE-----
        MIIBkDCCATWgAwIBAgIUS4BzTJztpCte1citHYoZFw//XN0wCgYIKoZIzj0EAwIw
        HDEaMBgGA1UEAwwRYW5vdGhlciBhdXRob3JpdHkwIBcNMjYxMTIzMDQ1NDQ0WhgP
        MjEyNjEwMzAwNDU0NDRaMBwxGjAYBgNVBAMMEWFub3RoZXIgYXV0aG9yaXR5MFkw
        EwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEV75NxxDEShmcQhYy5tw7uAoztooUDa3w
        KmdbheHo791JQvPHMPNE2U/uNnXd/GOnQaWVeSAT90rtDNVNCNjAJKNTMFEwHQYD
        VR0OBBYEFOILu7wbX7iY27w4KC7GyllE7UjeMB8GA1UdIwQYMBaAFOILu7wbX7iY
        27w4KC7GyllE7UjeMA8GA1UdEwEB/wQFMAMBAf8wCgYIKoZIzj0EAwIDSQAwRgIh
        AJcOZ+qpMbnCA1iRpOYmtDrQjk5BPJbKOGc+OQbu4rraAiEApr6TBcAc9VtuHo7J
        RLsvbDeqrCNlBgTUr54GfFxO2Qo=
        -----END CERTIFICATE-----
        """
    /// Signed by `authority`, for cart.store.svc and spiffe://store/cart.
    static let leaf = """
        -----BEGIN CERTIFICATE-----
        MIIBpDCCAUmgAwIBAgIUbw1th8NeQWEXSUoi/0obgA1r5tUwCgYIKoZIzj0EAwIw
        HjEcMBoGA1UEAwwTd2VpciB0ZXN0IGF1dGhvcml0eTAgFw0yNjExMjMwNDU0NDRa
        GA8yMTI1MDYxNzA0NTQ0NFowDzENMAsGA1UEAwwEbGVhZjBZMBMGByqGSM49AgEG
        CCqGSM49AwEHA0IABB0Bk7D2Td89artmL6WgBNUS/wkN1MRnQ9EMabvTTsA1JtwS
        JdTErYIHHXamGw5ENl0DVHwBkgT1c8QxBP/cWl2jcjBwMC4GA1UdEQQnMCWCDmNh
        cnQuc3RvcmUuc3ZjhhNzcGlmZmU6Ly9zdG9yZS9jYXJ0MB0GA1UdDgQWBBTZ4cpY
        rAyuVrLataQEJhz08wzh2DAfBgNVHSMEGDAWgBQq9+4qJgiXRaKmwZPekCN7vAxx
        9TAKBggqhkjOPQQDAgNJADBGAiEA75BZ/zhVYRngaLx3SFgK7KP1nC8mvJdr4mOe
        5LSCzkYCIQC5csc6iFN68xgm1yxTKZ6uT3qxWIr9jNS6LeyX3vkrFg==
        -----END CERTIFICATE-----
        """
    /// Signed by `authority`, for *.example.com.
    static let wildcard = """
        -----BEGIN CERTIFICATE-----
        MIIBjjCCATOgAwIBAgIUbw1th8NeQWEXSUoi/0obgA1r5tYwCgYIKoZIzj0EAwIw
        HjEcMBoGA1UEAwwTd2VpciB0ZXN0IGF1dGhvcml0eTAgFw0yNjExMjMwNDU0NDRa
        GA8yMTI1MDYxNzA0NTQ0NFowDzENMAsGA1UEAwwEd2lsZDBZMBMGByqGSM49AgEG
        CCqGSM49AwEHA0IABGobN9pABE/QHFmq5Uh0uhX/pyGSFc3SQL7byRh/RZCgINtg
        Na/2TM0yEhLzpbLVm6PMae3TeV3/l/FhqBKdGjujXDBaMBgGA1UdEQQRMA+CDSou
        ZXhhbXBsZS5jb20wHQYDVR0OBBYEFJ1g3gmd6OCG0HFxdVPb6REzg0uuMB8GA1Ud
        IwQYMBaAFCr37iomCJdFoqbBk96QI3u8DHH1MAoGCCqGSM49BAMCA0kAMEYCIQD2
        mUkk92yT2rTmhWVLyploVHjPhE+Wocs3ZhS5zn8YRgIhAMKh49rPywMDjUGuOYta
        EMgfNc1pPNUmmeM7Dzruf1UC
        -----END CERTIFICATE-----
        """
    /// An authority, signed by `authority`.
    static let intermediate = """
        -----BEGIN CERTIFICATE-----
        MIIBjDCCATKgAwIBAgIUbw1th8NeQWEXSUoi/0obgA1r5tcwCgYIKoZIzj0EAwIw
        HjEcMBoGA1UEAwwTd2VpciB0ZXN0IGF1dGhvcml0eTAgFw0yNjExMjMwNDU0NDRa
        GA8yMTI1MDYxNzA0NTQ0NFowFzEVMBMGA1UEAwwMaW50ZXJtZWRpYXRlMFkwEwYH
        KoZIzj0CAQYIKoZIzj0DAQcDQgAEfNC0r1a8KgQY0EEwzVaduSAaQLKDvAIynIOs
        Nn3bX9YtpszeOkX7oOwAyBT7/LlvXRqcqawQ0q7kvPxjJnyvbKNTMFEwDwYDVR0T
        AQH/BAUwAwEB/zAdBgNVHQ4EFgQUXaWSXVnTZThuwsVkdhC53w2gEs4wHwYDVR0j
        BBgwFoAUKvfuKiYIl0WipsGT3pAje7wMcfUwCgYIKoZIzj0EAwIDSAAwRQIgWnC4
        tTnQK3wYkS/wFRebBCpxsypI3h3QoI/jkFJhkYwCIQDDzZPoFmC8PHkKu9rt0MEF
        IdVYKKbXq9ql4xh2t8vB4g==
        -----END CERTIFICATE-----
        """
    /// Signed by `intermediate`, for deep.example.com.
    static let deep = """
        -----BEGIN CERTIFICATE-----
        MIIBiTCCAS+gAwIBAgIUEqin7m58uLbMHJ2qWTcbEJwgXxMwCgYIKoZIzj0EAwIw
        FzEVMBMGA1UEAwwMaW50ZXJtZWRpYXRlMCAXDTI2MTEyMzA0NTQ0NFoYDzIxMjUw
        NjE3MDQ1NDQ0WjAPMQ0wCwYDVQQDDARkZWVwMFkwEwYHKoZIzj0CAQYIKoZIzj0D
        AQcDQgAE/0p65n+z7yEIBP7LW9xUEeslWnUT45Q+G787sT5AdMfngIOLE+/OZWQ6
        H7zITZubmJke7eUdDmxGtdWpZLw2qKNfMF0wGwYDVR0RBBQwEoIQZGVlcC5leGFt
        cGxlLmNvbTAdBgNVHQ4EFgQUFEv4DJK8ZArNsfK3RIgEna6yr+cwHwYDVR0jBBgw
        FoAUXaWSXVnTZThuwsVkdhC53w2gEs4wCgYIKoZIzj0EAwIDSAAwRQIgWRWsKisq
        sNYi03QxZ8v1UfleYBOsco6lyVPyBZYnqo4CIQC1y40RUd5n3EOTzTg1LqpN3sk6
        E0mYDQV8bU1WGCw8VA==
        -----END CERTIFICATE-----
        """
}
