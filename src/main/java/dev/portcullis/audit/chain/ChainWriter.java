package dev.portcullis.audit.chain;

import dev.portcullis.audit.EventName.Priority;
import dev.portcullis.audit.chain.ChainKey.LineMac;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Writes the lines of one chain. A call that fails has written nothing, and may be repeated. Used by one thread at a
 * time.
 */
final class ChainWriter implements Closeable {
    private static final long LOOK_MS = 60_000;

    private final ChainFolder folder;
    private final AuditFileConfig config;
    private final String chain;
    private final String node;
    private final ChainKey key;
    private final LineMac mac;
    private final LongSupplier clock;
    private final FileRetention retention;
    private @Nullable FileChannel out;
    private ChainFile file;
    private long size;
    private long openedAt;
    private long n;
    private String hash = ChainLine.NO_LINE;
    private long unsigned;
    private long signedAt;
    private boolean dirty;
    private long lookedAt;
    private Object written = "";
    private Optional<ChainHead> head = Optional.empty();

    ChainWriter(
            ChainFolder folder, AuditFileConfig config, String chain, String node, ChainKey key, LongSupplier clock) {
        this.folder = folder;
        this.config = config;
        this.chain = chain;
        this.node = node;
        this.key = key;
        this.mac = key.lineMac(chain);
        this.clock = clock;
        this.retention = new FileRetention(config.rotation());
        this.file = ChainFile.in(folder.path(), chain, 1);
    }

    /** The number of the last line. */
    long lines() {
        return n;
    }

    /** Goes on where a chain ends. */
    void resume(ChainEnd end, long begunAt) throws IOException {
        out = FileChannel.open(end.file().path(), StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
        file = end.file();
        written = ChainFolder.identity(file);
        size = end.bytes();
        openedAt = begunAt;
        out.truncate(size);
        follow(end.n(), end.hash());
    }

    /** Continues behind this line. */
    void follow(long lastLine, String lastHash) {
        n = lastLine;
        hash = lastHash;
    }

    /** Begins the next file, whose name and first line say where the chain stands. */
    void beginFile() throws IOException {
        ChainFile next = ChainFile.in(folder.path(), chain, n + 1);
        List<ChainEntry> first = new ArrayList<>(List.of(ChainEntry.of(
                ChainEvent.OPENED, clock.getAsLong(), Map.of("chain", chain, "format", 1, "key", key.encoded()))));
        if (Files.exists(next.path(), LinkOption.NOFOLLOW_LINKS)) { // made by someone who knew the name
            String aside = folder.setAside(next.path());
            first.add(ChainEntry.foreign(clock.getAsLong(), next.name(), 0, aside));
        }
        FileChannel created = ChainFolder.create(next);
        FileChannel former = out;
        long formerSize = size;
        ChainFile formerFile = file;
        try {
            out = created;
            file = next;
            size = 0;
            append(first);
            written = ChainFolder.identity(next);
            openedAt = clock.getAsLong();
        } catch (IOException failure) {
            out = former;
            file = formerFile;
            size = formerSize;
            created.close();
            Files.deleteIfExists(next.path());
            throw failure;
        }
        if (former != null) {
            former.close();
        }
    }

    void append(List<ChainEntry> entries) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream(entries.size() * 512);
        long number = n;
        String last = hash;
        for (ChainEntry entry : entries) {
            ChainLine.Made line = ChainLine.make(++number, last, node, entry, mac::of);
            all.writeBytes(line.bytes());
            last = line.hash();
        }
        write(all.toByteArray());
        n = number;
        hash = last;
        if (unsigned == 0) {
            signedAt = clock.getAsLong(); // the time to the next checkpoint begins with the first line behind this one
        }
        unsigned += entries.size();
    }

    /**
     * Signs what was written, once enough was or enough time has passed; begins the next file if this one is full.
     *
     * @param recorded the number of the last line that the store knows
     */
    void maintain(long recorded) throws IOException {
        long now = clock.getAsLong();
        if (retention.delete(recorded, mac)) {
            lookedAt = 0; // what became due meanwhile has waited
        }
        if (!ChainFolder.isThere(file, written)) { // what is written on a file without a name is lost with it
            beginFile();
            append(List.of(ChainEntry.of(ChainEvent.RECOVERED, now, Map.of("reason", "file_missing"))));
        }
        if (config.rotation().isOver(size, now - openedAt)) {
            rotate(now);
        } else if (now - lookedAt >= LOOK_MS) {
            deleteOld(now);
        }
        if (config.checkpoints().isDue(unsigned, now - signedAt)) {
            ChainHead unused = checkpoint();
        }
    }

    /** The head that was signed last, once. */
    Optional<ChainHead> takeHead() {
        Optional<ChainHead> taken = head;
        head = Optional.empty();
        return taken;
    }

    /** Which events are still taken. */
    Set<Priority> taken() {
        return retention.taken();
    }

    /** Looks which files there are. */
    void look() throws IOException {
        retention.load(ChainFile.all(folder.path(), chain), file, mac);
    }

    private void rotate(long now) throws IOException {
        if (unsigned > 0) { // not once more for each attempt to begin the next file
            ChainHead unused = checkpoint();
        }
        ChainFile former = file;
        long last = n;
        String lastHash = hash;
        beginFile();
        retention.ended(former, last, lastHash, now);
        deleteOld(now);
    }

    /** Signs what was written. */
    ChainHead checkpoint() throws IOException {
        String signature = key.sign(ChainKey.signedText(chain, n, hash));
        append(List.of(ChainEntry.of(
                ChainEvent.CHECKPOINT,
                clock.getAsLong(),
                Map.of("chain", chain, "key", key.id(), "signature", signature))));
        if (config.fsync() != AuditFileConfig.Fsync.OFF && out != null) {
            out.force(false);
        }
        unsigned = 0;
        signedAt = clock.getAsLong();
        ChainHead signed = new ChainHead(n, hash, key.id());
        head = Optional.of(signed);
        return signed;
    }

    boolean hasUnsigned() {
        return unsigned > 0;
    }

    /** Writes and signs a record of each file before the file goes, so that the rest proves its own beginning. */
    private void deleteOld(long now) throws IOException {
        lookedAt = now;
        List<FileRetention.Kept> old = retention.due(now, mac);
        if (old.isEmpty()) {
            return;
        }
        append(old.stream().map(each -> each.record(now)).toList());
        retention.release(old, checkpoint().n());
    }

    private void write(byte[] bytes) throws IOException {
        FileChannel channel = out;
        if (channel == null) {
            throw new IOException("the chain has no file");
        }
        if (dirty) {
            channel.truncate(size); // what a failed write left behind is no line
        }
        dirty = true;
        ByteBuffer left = ByteBuffer.wrap(bytes);
        long at = size;
        while (left.hasRemaining()) {
            at += channel.write(left, at);
        }
        if (config.fsync() == AuditFileConfig.Fsync.ALWAYS) {
            channel.force(false);
        }
        size = at;
        dirty = false;
    }

    @Override
    public void close() throws IOException {
        if (out != null) {
            out.close();
        }
        folder.close();
    }
}
