package dev.portcullis.audit.chain;

import dev.portcullis.config.Pem;
import dev.portcullis.config.Section;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * The section {@code audit.file}.
 *
 * @param rotation when the next file begins, and how many stay
 * @param checkpoints how often the chain is signed
 */
public record AuditFileConfig(
        Optional<String> path,
        String chain,
        Rotation rotation,
        Fsync fsync,
        Checkpoints checkpoints,
        Optional<Pem> key,
        int queue,
        int reserved,
        OnFailure onFailure) {
    private static final Pattern CHAIN = Pattern.compile("(?:" + ChainFile.NAME + ")?");
    private static final long DAY_MS = TimeUnit.DAYS.toMillis(1);

    /**
     * Files beyond keepFiles for events of auth, admin, bans and revocations, while no file may go; refusals may use half of them,
     * and beyond them all is dropped and counted.
     */
    private static final int RESERVED_FILES = 20;

    /** Events of auth, admin, bans and revocations that wait for the disk; refusals may use half of it. */
    private static final int RESERVED = 8_192;

    /** When written lines have to be on the disk. */
    public enum Fsync {
        CHECKPOINT,
        ALWAYS,
        OFF
    }

    /** The reaction of a node that can't write its audit file. */
    public enum OnFailure {
        /** It counts what is lost, and serves. */
        COUNT,
        /** It is not ready, so that no new client is sent to it. */
        UNREADY
    }

    /**
     * When a file ends, and when it goes.
     *
     * @param files beyond which the oldest goes, if it may
     * @param days after which a file goes; 0 is no limit
     * @param atLeastDays within which no file goes for the sake of space
     */
    public record Rotation(long bytes, long ms, int files, int reservedFiles, int days, int atLeastDays) {
        boolean isOver(long size, long age) {
            return size >= bytes || age >= ms;
        }

        boolean mayGo(long ageMs) {
            return ageMs >= atLeastDays * DAY_MS;
        }

        boolean isTooOld(long ageMs) {
            return days > 0 && ageMs >= days * DAY_MS;
        }
    }

    /** After so many lines, or so much time if there is any line. */
    public record Checkpoints(int lines, long ms) {
        static final Checkpoints STANDARD = new Checkpoints(1_000, 5_000);

        boolean isDue(long unsigned, long age) {
            return unsigned >= lines || (unsigned > 0 && age >= ms);
        }
    }

    public static AuditFileConfig read(Section file) {
        Optional<String> path = file.basic()
                .path(
                        "path",
                        "folder of the tamper-evident audit file of this node, which only it may use; without it no such file"
                                + " is written");
        String chain = chain(file);
        Rotation rotation = rotation(file);
        Fsync fsync = file.choice(
                "fsync",
                Fsync.CHECKPOINT,
                "when lines must be on the disk: at each checkpoint, always (each batch of lines), or off (as the"
                        + " system pleases)");
        Optional<Pem> key = file.basic()
                .pem(
                        "key",
                        Pem.Content.PRIVATE_KEY,
                        "Ed25519 key (PKCS #8) that signs checkpoints; without it one is made in the folder, where a user who can"
                                + " change the files can read it");
        if (key.flatMap(Pem::text).map(ChainKey::read).filter(Optional::isEmpty).isPresent()) {
            file.problem("key", "is not an Ed25519 key", "make one with: openssl genpkey -algorithm ed25519");
        }
        return new AuditFileConfig(
                path,
                chain,
                rotation,
                fsync,
                Checkpoints.STANDARD,
                key,
                file.integer(
                        "queue", 16_384, 16, 1_000_000, "ordinary events that wait for the disk; more are counted"),
                RESERVED,
                file.choice(
                        "onFailure",
                        OnFailure.COUNT,
                        "what the node does while it can't write: count what is lost, or be unready too"));
    }

    /** Reads the name of the chain and nothing else, such as the key, which stays on its machine. */
    public static String chain(Section file) {
        return file.text(
                "chain",
                "",
                CHAIN,
                "name of this node's chain, which it keeps over restarts and shares with no other node; empty:"
                        + " node.name, or else the name of the host");
    }

    private static Rotation rotation(Section file) {
        Rotation rotation = new Rotation(
                file.number("rotateBytes", 67_108_864L, 65_536, 4_294_967_296L, "size at which the next file begins"),
                file.millis("rotateMs", DAY_MS, 60_000, 366 * DAY_MS, "age at which the next file begins"),
                file.integer(
                        "keepFiles",
                        100,
                        2,
                        100_000,
                        "files that are kept; the oldest goes, which is recorded, unless it is younger than"
                                + " keepAtLeastDays: then ordinary events are dropped and counted"),
                RESERVED_FILES,
                file.basic()
                        .integer(
                                "keepDays",
                                365,
                                0,
                                36_500,
                                "days after which a file goes, which is recorded; 0: never"),
                file.integer(
                        "keepAtLeastDays",
                        30,
                        0,
                        36_500,
                        "days within which no file goes for the sake of space, so that a flood can't displace it"));
        if (rotation.days > 0 && rotation.atLeastDays > rotation.days) {
            file.problem("keepAtLeastDays", "is more than keepDays", "after keepDays a file goes");
        }
        return rotation;
    }
}
