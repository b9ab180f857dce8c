package dev.portcullis.kit;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.portcullis.kit.program.Program;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A disk of a few megabytes, in memory, which a test fills. Only root may mount one. */
public final class SmallDisk implements AutoCloseable {
    private static final int PIECE = 1 << 16;

    private final Path folder;
    private final Path filler;

    private SmallDisk(Path folder) {
        this.folder = folder;
        this.filler = folder.resolve("filler");
    }

    /** Leaves out the test where no disk can be mounted. */
    public static SmallDisk mount(int megabytes) {
        try {
            Path folder = Files.createTempDirectory("portcullis-disk");
            assumeTrue(
                    Program.succeeds(
                            "mount", "-t", "tmpfs", "-o", "size=" + megabytes + "m", "tmpfs", folder.toString()),
                    "no disk can be mounted here");
            return new SmallDisk(folder);
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    /** Makes a folder on it. */
    public Path newFolder(String name) {
        try {
            return Files.createDirectory(folder.resolve(name));
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    /** Leaves no room for a single byte more. */
    public void fill() {
        try (OutputStream out = Files.newOutputStream(filler)) {
            byte[] piece = new byte[PIECE];
            while (true) {
                out.write(piece);
            }
        } catch (IOException full) {
            if (folder.toFile().getUsableSpace() >= PIECE) {
                throw new UncheckedIOException(full);
            }
        }
    }

    /** Makes room again. */
    public void free() {
        try {
            Files.delete(filler);
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    @Override
    public void close() {
        boolean unused = Program.succeeds("umount", "--lazy", folder.toString());
        unused = folder.toFile().delete();
    }
}
