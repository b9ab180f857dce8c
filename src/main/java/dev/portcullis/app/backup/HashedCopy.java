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

/**
 * Copies files for their owner alone, with the SHA-256 of what was read. Each piece is on the disk before the next one is read: a
 * copy of gigabytes that waits in memory for the same disk would hold up the syncs of the node.
 */
final class HashedCopy {
    private static final int PIECE_BYTES = 1 << 20;
    private static final int SYNCED_PIECES = 8;

    private final ByteBuffer piece = ByteBuffer.allocateDirect(PIECE_BYTES);
    private long bytes;

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
            int[] unsynced = {0};
            String sum = read(from, part -> {
                while (part.hasRemaining()) {
                    bytes += out.write(part);
                }
                unsynced[0]++;
                if (unsynced[0] == SYNCED_PIECES) {
                    unsynced[0] = 0;
                    out.force(false);
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
