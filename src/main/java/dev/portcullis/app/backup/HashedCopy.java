package dev.portcullis.app.backup;

import dev.portcullis.app.certs.PrivateFiles;
import dev.portcullis.config.crypto.Sha256;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Copies files for their owner alone, with the SHA-256 of what was read. Beside a node that runs each piece is on the disk before
 * the next one is read, and the disk and a core are free for as long as the piece took: the node's syncs, which its clients wait
 * for, stand behind what the disk has taken of the copy.
 */
final class HashedCopy {
    private static final int PIECE_BYTES = 512 << 10;

    /** More than a disk takes for a piece that has nothing else to do. */
    private static final long LONGEST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    private final ByteBuffer piece = ByteBuffer.allocateDirect(PIECE_BYTES);
    private final boolean beside;
    private long bytes;

    private HashedCopy(boolean beside) {
        this.beside = beside;
    }

    /** For a disk that a node uses at the same time. */
    static HashedCopy besideANode() {
        return new HashedCopy(true);
    }

    static HashedCopy alone() {
        return new HashedCopy(false);
    }

    /** All bytes that this copied. */
    long bytes() {
        return bytes;
    }

    /** @return the SHA-256 of the file */
    String copy(Path from, Path to) throws IOException {
        try (FileChannel out = FileChannel.open(
                to,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(PrivateFiles.PRIVATE)))) {
            long[] begunAt = {System.nanoTime()};
            String sum = read(from, part -> {
                while (part.hasRemaining()) {
                    bytes += out.write(part);
                }
                if (beside) {
                    out.force(false);
                    LockSupport.parkNanos(Math.min(System.nanoTime() - begunAt[0], LONGEST_PAUSE_NANOS));
                    begunAt[0] = System.nanoTime();
                }
            });
            out.force(true);
            return sum;
        }
    }

    /** @return the SHA-256 of the file */
    String hash(Path file) throws IOException {
        return read(file, part -> bytes += part.remaining());
    }

    /** Makes the names in a folder, and in all below it, outlive a crash of the machine. */
    static void syncNames(Path root) throws IOException {
        Files.walkFileTree(root, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) throws IOException {
                syncFolder(folder);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    static void sync(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
    }

    static void syncFolder(Path folder) throws IOException {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /** Takes a part of a file. */
    @FunctionalInterface
    private interface Taker {
        void take(ByteBuffer part) throws IOException;
    }

    private String read(Path file, Taker taker) throws IOException {
        MessageDigest digest = Sha256.begin();
        try (FileChannel in = FileChannel.open(file, StandardOpenOption.READ)) {
            piece.clear();
            while (in.read(piece) >= 0) {
                piece.flip();
                digest.update(piece.duplicate());
                taker.take(piece.duplicate());
                piece.clear();
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }
}
