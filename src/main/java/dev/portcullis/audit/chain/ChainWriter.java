package dev.portcullis.audit.chain;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Writes the lines of one chain. A call that fails has written nothing, and may be repeated. Used by one thread at a
 * time.
 */
final class ChainWriter implements Closeable {
    private final ChainFolder folder;
    private final AuditFileConfig config;
    private final String chain;
    private final String node;
    private final ChainKey key;
    private final LongSupplier clock;
    private @Nullable FileChannel out;
    private ChainFile file;
    private long size;
    private long openedAt;
    private long n;
    private String hash = ChainLine.NO_LINE;
    private long unsigned;
    private long signedAt;
    private boolean dirty;

    ChainWriter(
            ChainFolder folder, AuditFileConfig config, String chain, String node, ChainKey key, LongSupplier clock) {
        this.folder = folder;
        this.config = config;
        this.chain = chain;
        this.node = node;
        this.key = key;
        this.clock = clock;
        this.file = ChainFile.in(folder.path(), chain, 1);
    }

    /** The number of the last line. */
    long lines() {
        return n;
    }

    /** Goes on where a chain ends. */
    void resume(ChainFile last, ChainTail tail, long begunAt) throws IOException {
        out = FileChannel.open(last.path(), StandardOpenOption.WRITE);
        file = last;
        size = tail.wholeBytes();
        openedAt = begunAt;
        out.truncate(size);
        follow(tail.n(), tail.hash());
    }

    /** Continues behind this line. */
    void follow(long lastLine, String lastHash) {
        n = lastLine;
        hash = lastHash;
    }

    /** Begins the next file, whose name and first line say where the chain stands. */
    void beginFile() throws IOException {
        ChainFile next = ChainFile.in(folder.path(), chain, n + 1);
        FileChannel created = ChainFolder.create(next);
        FileChannel former = out;
        long formerSize = size;
        ChainFile formerFile = file;
        try {
            out = created;
            file = next;
            size = 0;
            append(List.of(ChainEntry.of(
                    ChainEvent.OPENED, clock.getAsLong(), Map.of("chain", chain, "format", 1, "key", key.encoded()))));
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
            ChainLine.Made line = ChainLine.make(++number, last, node, entry);
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

    /** Signs what was written, once enough was or enough time has passed; begins the next file if this one is full. */
    Optional<ChainHead> maintain() throws IOException {
        long now = clock.getAsLong();
        if (!Files.exists(file.path())) { // deleted under our hands: what we write on would be lost too
            beginFile();
            append(List.of(ChainEntry.of(ChainEvent.RECOVERED, now, Map.of("reason", "file_missing"))));
        }
        if (config.rotation().isOver(size, now - openedAt)) {
            ChainHead unused = checkpoint();
            beginFile();
            return Optional.of(deleteOld());
        }
        return config.checkpoints().isDue(unsigned, now - signedAt) ? Optional.of(checkpoint()) : Optional.empty();
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
        return new ChainHead(n, hash, key.id());
    }

    boolean hasUnsigned() {
        return unsigned > 0;
    }

    /** What is deleted is recorded first, so that the chain's beginning is proven by what is left. */
    private ChainHead deleteOld() throws IOException {
        List<ChainFile> files = ChainFile.all(folder.path(), chain);
        List<ChainFile> old = files.subList(0, countOld(files));
        for (ChainFile each : old) {
            ChainTail tail = ChainTail.read(each);
            append(List.of(ChainEntry.of(
                    ChainEvent.DELETED,
                    clock.getAsLong(),
                    Map.of("file", each.name(), "first", each.first(), "last", tail.n(), "lastHash", tail.hash()))));
        }
        ChainHead head = checkpoint();
        for (ChainFile each : old) {
            Files.deleteIfExists(each.path());
        }
        return head;
    }

    private int countOld(List<ChainFile> files) throws IOException {
        int old = Math.max(0, files.size() - config.rotation().files());
        while (old < files.size() - 1 && config.rotation().isTooOld(age(files.get(old)))) {
            old++;
        }
        return old;
    }

    private long age(ChainFile each) throws IOException {
        return clock.getAsLong() - Files.getLastModifiedTime(each.path()).toMillis();
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
