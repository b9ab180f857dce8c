package dev.portcullis.audit.analysis;

import dev.portcullis.audit.chain.ChainFile;
import dev.portcullis.audit.chain.LineScanner;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The lines of one chain, one at a time. */
final class ChainLines implements Closeable {
    private final Iterator<ChainFile> files;
    private @Nullable LineScanner scanner;
    private Optional<AuditLine> line = Optional.empty();
    private long unreadable;

    ChainLines(List<ChainFile> files) {
        this.files = files.iterator();
    }

    /** Goes on to the next line that can be read; false at the end. */
    boolean advance() throws IOException {
        line = Optional.empty();
        while (line.isEmpty()) {
            LineScanner open = scanner == null ? next() : scanner;
            if (open == null) {
                return false;
            }
            Optional<byte[]> bytes = open.next();
            if (bytes.isEmpty() || !open.isComplete()) { // a node writes its last line at this moment
                close();
            } else {
                line = AuditLine.read(bytes.get());
                unreadable += line.isEmpty() ? 1 : 0;
            }
        }
        return true;
    }

    private @Nullable LineScanner next() throws IOException {
        while (files.hasNext()) {
            try {
                LineScanner opened = LineScanner.open(files.next().path());
                scanner = opened;
                return opened;
            } catch (NoSuchFileException deletedMeanwhile) {
                // by the rule of a running node, being the oldest: what follows it is still there
            }
        }
        return null;
    }

    AuditLine line() {
        return line.orElseThrow();
    }

    long at() {
        return line().at();
    }

    long unreadable() {
        return unreadable;
    }

    @Override
    public void close() throws IOException {
        LineScanner open = scanner;
        scanner = null;
        if (open != null) {
            open.close();
        }
    }
}
