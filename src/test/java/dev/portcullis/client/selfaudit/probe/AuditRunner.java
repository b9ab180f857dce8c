package dev.portcullis.client.selfaudit.probe;

import dev.portcullis.auth.token.Tokens;
import dev.portcullis.client.ServerAddress;
import dev.portcullis.client.selfaudit.LoadCheck;
import dev.portcullis.client.selfaudit.Probe;
import dev.portcullis.client.selfaudit.SelfAuditReport;
import dev.portcullis.client.selfaudit.SelfAuditRun;
import dev.portcullis.client.selfaudit.attack.AuditScope;
import dev.portcullis.client.selfaudit.attack.AuditTarget;
import dev.portcullis.client.selfaudit.attack.AuditUsers;
import dev.portcullis.client.selfaudit.attack.TrustedCertificates;
import dev.portcullis.kit.DevToken;
import dev.portcullis.kit.TestNode;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Runs probes against a server of a test, with the patience of a busy machine. */
record AuditRunner(
        String url,
        Optional<String> origin,
        Optional<AuditScope.AdminListener> admin,
        Optional<Path> authority,
        Optional<String> secret,
        boolean isGiven,
        int patienceMs,
        int endMs) {
    static final String ORIGIN = "https://chat.example.com";
    static final String AUDIENCE = "portcullis";
    static final String SECRET = "b2Zp8n0QxT5vLk3RcW7yHs1MdE9uGa4J";
    private static final int PATIENCE_MS = 20_000;

    /** The settings of a node that trusts the tokens of this runner. */
    static String issuer(String secret) {
        return "auth.issuers=["
                + new JsonObject()
                        .put("algorithms", List.of("HS256"))
                        .put("secret", secret)
                        .put("issuer", ORIGIN)
                        .put("audience", AUDIENCE)
                + "]";
    }

    static AuditRunner of(String url) {
        return new AuditRunner(
                url,
                Optional.of(ORIGIN),
                Optional.empty(),
                Optional.empty(),
                Optional.of(SECRET),
                false,
                PATIENCE_MS,
                PATIENCE_MS);
    }

    static AuditRunner of(TestNode node) {
        return of(node.ws().toString()).withAdmin(node.admin("/").getPort());
    }

    AuditRunner withOrigin(String other) {
        return new AuditRunner(url, Optional.of(other), admin, authority, secret, isGiven, patienceMs, endMs);
    }

    AuditRunner withAdmin(int port) {
        return new AuditRunner(
                url,
                origin,
                Optional.of(new AuditScope.AdminListener("127.0.0.1", port, token("operator", "admin", List.of()))),
                authority,
                secret,
                isGiven,
                patienceMs,
                endMs);
    }

    AuditRunner trusting(Path file) {
        return new AuditRunner(url, origin, admin, Optional.of(file), secret, isGiven, patienceMs, endMs);
    }

    /** Without users, as at a server whose key is not known. */
    AuditRunner anonymous() {
        return new AuditRunner(url, origin, admin, authority, Optional.empty(), isGiven, patienceMs, endMs);
    }

    /** With two users whose tokens are given, as where the secret is not known. */
    AuditRunner withGivenUsers() {
        return new AuditRunner(url, origin, admin, authority, secret, true, patienceMs, endMs);
    }

    AuditRunner withSecret(String other) {
        return new AuditRunner(url, origin, admin, authority, Optional.of(other), isGiven, patienceMs, endMs);
    }

    /** How long the server may keep a silent connection. */
    AuditRunner ending(int ms) {
        return new AuditRunner(url, origin, admin, authority, secret, isGiven, patienceMs, ms);
    }

    /** For a server of which a test shows that it says nothing. */
    AuditRunner impatient() {
        return new AuditRunner(url, origin, admin, authority, secret, isGiven, 2_000, 2_000);
    }

    /** For a session of which a test shows that it does not end; one that does ends in less. */
    AuditRunner waitingShortly() {
        return new AuditRunner(url, origin, admin, authority, secret, isGiven, 8_000, 8_000);
    }

    /** A token of this runner's issuer. */
    String token(String user, String role, List<String> rooms) {
        return signed(DevToken.of(user)
                .with("role", role)
                .rooms(rooms.toArray(String[]::new))
                .claims());
    }

    private String signed(JsonObject claims) {
        JsonObject all = claims.copy();
        if (!all.containsKey("iss")) {
            all.put("iss", ORIGIN);
        }
        if (!all.containsKey("aud")) {
            all.put("aud", AUDIENCE);
        }
        return Tokens.signed(Tokens.HEADER, all.encode(), secret.orElse(SECRET));
    }

    /** @param only the ids of probes, or none for all */
    SelfAuditReport run(String... only) throws IOException {
        return run(Optional.empty(), only);
    }

    /** Is stopped behind this probe, as by Ctrl-C. */
    SelfAuditReport stoppedAfter(String id, String... only) throws IOException {
        return run(Optional.of(id), only);
    }

    private SelfAuditReport run(Optional<String> end, String... only) throws IOException {
        LoadCheck load = new LoadCheck();
        List<String> wanted = List.of(only);
        List<Probe> probes = Probes.all(load).stream()
                .filter(each -> wanted.isEmpty()
                        || wanted.contains(each.id())
                        || wanted.contains(each.area().id()))
                .toList();
        try (AuditTarget target = new AuditTarget(
                ServerAddress.of(url),
                new AuditScope(origin, List.of(), admin, patienceMs, endMs, patienceMs, 100_000, 100_000, 4),
                isGiven
                        ? given()
                        : secret.isPresent() ? users() : AuditUsers.given("test", Optional.empty(), Optional.empty()),
                TrustedCertificates.of(authority))) {
            return new SelfAuditRun(target, probes, load, (result, count, planned) -> {
                        if (end.filter(result.probe().id()::equals).isPresent()) {
                            target.stop();
                        }
                    })
                    .run();
        }
    }

    private AuditUsers given() {
        String run = Long.toHexString(System.nanoTime());
        return AuditUsers.given(
                run,
                Optional.of(token("given-a-" + run, "member", List.of())),
                Optional.of(token("given-b-" + run, "member", List.of())));
    }

    private AuditUsers users() {
        String run = Long.toHexString(System.nanoTime());
        return AuditUsers.minted(run, (user, rooms) -> token(user, "member", rooms), this::signed);
    }
}
