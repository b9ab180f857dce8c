package dev.portcullis.audit.chain;

import dev.portcullis.audit.AuditEvent;
import dev.portcullis.audit.EventName;
import dev.portcullis.config.crypto.Sha256;
import dev.portcullis.protocol.UserId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/** Chains on the disk for tests, line by line under a clock of its own. */
public final class WrittenChain implements AutoCloseable {
    public static final String NAME = "node-a";
    public static final long LARGE = 1L << 30;

    private final AtomicLong now;
    private final ChainFolder folder;
    private final ChainWriter writer;
    private Optional<ChainHead> head = Optional.empty();
    private boolean silent;

    private WrittenChain(AtomicLong now, ChainFolder folder, ChainWriter writer) {
        this.now = now;
        this.folder = folder;
        this.writer = writer;
    }

    public static WrittenChain open(Path path, AuditFileConfig config, Optional<ChainHead> recorded)
            throws IOException {
        return open(path, config, recorded, new AtomicLong(1_700_000_000_000L));
    }

    static WrittenChain open(Path path, AuditFileConfig config, Optional<ChainHead> recorded, AtomicLong now)
            throws IOException {
        return open(NAME, path, config, recorded, now);
    }

    private static WrittenChain open(
            String name, Path path, AuditFileConfig config, Optional<ChainHead> recorded, AtomicLong now)
            throws IOException {
        ChainFolder folder = ChainFolder.open(path);
        ChainKey key = ChainKey.inFolder(path);
        key.writePublicKey(path);
        ChainWriter writer = new ChainWriter(folder, config, name, name + "-x1y2", key, now::get);
        var unused = new ChainStart(writer, folder, name, key, now::get).begin(recorded);
        return new WrittenChain(now, folder, writer);
    }

    /** A chain of so many events, with a checkpoint after each ten lines and at the end. */
    public static ChainHead write(Path path, int events, long rotateBytes) throws IOException {
        try (WrittenChain chain = open(path, config(rotateBytes, 1_000), Optional.empty())) {
            chain.events(events);
            return chain.checkpoint();
        }
    }

    /** The same of another name. */
    public static void writeAs(String name, Path path, int events, long rotateBytes) throws IOException {
        try (WrittenChain chain =
                open(name, path, config(rotateBytes, 1_000), Optional.empty(), new AtomicLong(1_700_000_000_000L))) {
            chain.events(events);
            ChainHead unused = chain.checkpoint();
        }
    }

    /** A line with a hash that fits, as anyone can make one. */
    public static String forged(String body) {
        byte[] hash = Sha256.begin().digest(body.getBytes(StandardCharsets.ISO_8859_1));
        return body + ",\"hash\":\"" + HexFormat.of().formatHex(hash) + "\"}";
    }

    public static AuditFileConfig config(long rotateBytes, int keepFiles) {
        return new AuditFileConfig(
                Optional.empty(),
                NAME,
                new AuditFileConfig.Rotation(rotateBytes, Long.MAX_VALUE, keepFiles, 2, 0, 0),
                AuditFileConfig.Fsync.OFF,
                new AuditFileConfig.Checkpoints(10, 5_000),
                Optional.empty(),
                1_000,
                1_000,
                AuditFileConfig.OnFailure.COUNT);
    }

    public void events(int count) throws IOException {
        for (int i = 0; i < count; i++) {
            now.addAndGet(1);
            writer.append(List.of(ChainEntry.of(event(i), now.get())));
            maintain();
            maintain(); // the store knows the head by now
        }
    }

    private void maintain() throws IOException {
        writer.maintain(silent ? 0 : head.map(ChainHead::n).orElse(0L));
        head = writer.takeHead().or(() -> head);
    }

    /** Whether the store records no head. */
    void storeIsSilent(boolean now) {
        silent = now;
    }

    public ChainHead checkpoint() throws IOException {
        return writer.checkpoint();
    }

    Optional<ChainHead> head() {
        return head;
    }

    ChainWriter writer() {
        return writer;
    }

    private static AuditEvent event(int i) {
        return AuditEvent.of(i % 3 == 0 ? EventName.AUTH_LOGIN_SUCCESS : EventName.WS_HANDSHAKE_REFUSED)
                .requestId("r" + i)
                .user(new UserId("user-" + i))
                .ip("192.0.2." + i % 256)
                .origin("https://e\"vil\\\u202E\n\u00e4 \"event\":\"audit.checkpoint\"");
    }

    @Override
    public void close() throws IOException {
        writer.close();
        folder.close();
    }
}
