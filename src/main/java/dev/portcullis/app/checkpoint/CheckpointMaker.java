package dev.portcullis.app.checkpoint;

import dev.portcullis.store.StoreFailure;
import dev.portcullis.store.embedded.EmbeddedStore;
import dev.portcullis.uploads.disk.DiskFolder;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * Makes checkpoints of a store that this process has open, and of the files that its rows name.
 *
 * @param files the folder of the files; empty before it is open, and where there is none
 */
public record CheckpointMaker(EmbeddedStore store, Supplier<Optional<DiskFolder>> files, CheckpointFolders folders) {
    private static final int ID_BYTES = 16;
    private static final SecureRandom RANDOM = new SecureRandom();

    /** More than a slow disk takes for what is in memory. */
    private static final long LONGEST_SECONDS = 120;

    /**
     * A checkpoint that is there.
     *
     * @param at when it was begun: it has what was acknowledged until then
     * @param files how many files it has; they are links
     */
    public record Made(String id, Instant at, long files, long tookMs) {}

    public static String newId() {
        byte[] drawn = new byte[ID_BYTES];
        RANDOM.nextBytes(drawn);
        return HexFormat.of().formatHex(drawn);
    }

    /** Blocks. What a failure leaves is to be removed. */
    public Made make(String id) throws IOException {
        Instant at = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        long startedAt = System.nanoTime();
        folders.prepare();
        Optional<DiskFolder> folder = files.get();
        if (folders.files().isPresent() && folder.isEmpty()) {
            throw new IOException("the uploaded files are not open yet");
        }
        long linked = 0;
        if (folder.isPresent()) {
            linked = folder.get().checkpoint(folders.filesOf(id).orElseThrow(), () -> makeRows(id));
        } else {
            makeRows(id);
        }
        return new Made(id, at, linked, TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startedAt));
    }

    private void makeRows(String id) throws IOException {
        try {
            store.checkpoint(folders.storeOf(id)).await(LONGEST_SECONDS, TimeUnit.SECONDS);
        } catch (StoreFailure | TimeoutException failure) {
            throw new IOException("the store made no checkpoint", failure);
        }
    }
}
