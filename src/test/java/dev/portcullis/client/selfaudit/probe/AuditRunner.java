package dev.portcullis.client.selfaudit.probe;

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
import dev.portcullis.protocol.Role;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Runs probes against a server of a test, with the patience of a busy machine. */
record AuditRunner(
        String url,
        Optional<String> origin,
        Optional<AuditScope.AdminListener> admin,
        Optional<Path> authority,
        boolean isMinted,
        int endMs) {
    static final String ORIGIN = "https://chat.example.com";
    private static final int PATIENCE_MS = 20_000;

    static AuditRunner of(String url) {
        return new AuditRunner(url, Optional.of(ORIGIN), Optional.empty(), Optional.empty(), true, PATIENCE_MS);
    }

    static AuditRunner of(TestNode node) {
        return of(node.ws().toString()).withAdmin(node);
    }

    AuditRunner withAdmin(TestNode node) {
        return new AuditRunner(
                url,
                origin,
                Optional.of(new AuditScope.AdminListener(
                        "127.0.0.1",
                        node.admin("/").getPort(),
                        node.token("operator", Role.ADMIN, Duration.ofMinutes(30)))),
                authority,
                isMinted,
                endMs);
    }

    AuditRunner trusting(Path file) {
        return new AuditRunner(url, origin, admin, Optional.of(file), isMinted, endMs);
    }

    /** Without users, as at a server whose key is not known. */
    AuditRunner anonymous() {
        return new AuditRunner(url, origin, admin, authority, false, endMs);
    }

    /** How long an idle connection may stay. */
    AuditRunner ending(int ms) {
        return new AuditRunner(url, origin, admin, authority, isMinted, ms);
    }

    /** @param only the ids of probes, or none for all */
    SelfAuditReport run(String... only) throws IOException {
        LoadCheck load = new LoadCheck();
        List<String> wanted = List.of(only);
        List<Probe> probes = Probes.all(load).stream()
                .filter(each -> wanted.isEmpty()
                        || wanted.contains(each.id())
                        || wanted.contains(each.area().id()))
                .toList();
        try (AuditTarget target = new AuditTarget(
                ServerAddress.of(url),
                new AuditScope(origin, List.of(), admin, PATIENCE_MS, endMs, PATIENCE_MS, 100_000, 100_000, 4),
                isMinted ? users() : AuditUsers.given("test", Optional.empty(), Optional.empty()),
                TrustedCertificates.of(authority))) {
            return new SelfAuditRun(target, probes, load, (result, count, planned) -> {}).run();
        }
    }

    private static AuditUsers users() {
        String run = Long.toHexString(System.nanoTime());
        return AuditUsers.minted(
                run,
                (user, rooms) -> DevToken.of(user)
                        .with("role", "member")
                        .rooms(rooms.toArray(String[]::new))
                        .signed(),
                claims -> new DevToken(claims).signed());
    }
}
