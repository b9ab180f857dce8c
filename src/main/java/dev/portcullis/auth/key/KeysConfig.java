package dev.portcullis.auth.key;

import dev.portcullis.config.Pem;
import dev.portcullis.config.Section;
import dev.portcullis.resilience.WorkerPool;
import java.util.Optional;

/** The sections {@code auth.jwks} and {@code auth.signatures}. */
public record KeysConfig(
        long refreshMs,
        long unknownKidMs,
        long withdrawnMs,
        long waitMs,
        Optional<String> ca,
        WorkerPool.Config threads) {
    public static final KeysConfig STANDARD =
            new KeysConfig(600_000, 30_000, 600_000, 600, Optional.empty(), new WorkerPool.Config(2, 1_000, 600));

    public static KeysConfig read(Section auth) {
        Section jwks = auth.section("jwks");
        Section signatures = auth.section("signatures");
        return new KeysConfig(
                jwks.millis(
                        "refreshMs",
                        STANDARD.refreshMs,
                        1_000,
                        86_400_000,
                        "time between two reads of an issuer's keys; up to a tenth more or less, by chance"),
                STANDARD.unknownKidMs,
                jwks.millis(
                        "withdrawnMs",
                        STANDARD.withdrawnMs,
                        0,
                        86_400_000,
                        "how long a key stays in use that its issuer publishes no more, so that tokens from before a"
                                + " rotation stay valid; 0 refuses them with the next read"),
                jwks.millis(
                        "waitMs",
                        STANDARD.waitMs,
                        10,
                        2_000,
                        "how long a token of an unknown key waits for such a read before it is answered unavailable;"
                                + " below bus.deadlineMs, and by default at most three quarters of it"),
                jwks.pem(
                                "ca",
                                Pem.Content.CERTIFICATE,
                                "path of a PEM file with the authorities to trust instead of the JDK's, for jwks and"
                                        + " discovery")
                        .flatMap(Pem::text),
                threads(signatures));
    }

    /** The same with waits that end before a question to the stage does, where the defaults are longer. */
    public KeysConfig within(long deadlineMs) {
        long longest = Math.max(1, deadlineMs * 3 / 4);
        return new KeysConfig(
                refreshMs,
                unknownKidMs,
                withdrawnMs,
                Math.min(waitMs, longest),
                ca,
                new WorkerPool.Config(threads.threads(), threads.queue(), Math.min(threads.maxWaitMs(), longest)));
    }

    private static WorkerPool.Config threads(Section signatures) {
        WorkerPool.Config standard = STANDARD.threads;
        return new WorkerPool.Config(
                signatures.integer(
                        "threads",
                        standard.threads(),
                        1,
                        64,
                        "threads that check signatures of ES256 and EdDSA, which take half a millisecond each, and several on a busy machine"),
                signatures.integer(
                        "queue",
                        standard.queue(),
                        1,
                        100_000,
                        "signatures that wait for one of them; tokens beyond are answered unavailable"),
                signatures.millis(
                        "maxWaitMs",
                        standard.maxWaitMs(),
                        10,
                        2_000,
                        "how long each waits before its token is answered unavailable; below bus.deadlineMs, and by"
                                + " default at most three quarters of it"));
    }
}
