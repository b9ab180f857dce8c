package dev.portcullis.app.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** The standard input of a command. A command does not close it: the JVM may still need the descriptor. */
public final class StandardInput {
    private static final Path DESCRIPTOR = Path.of("/proc/self/fd/0");

    private StandardInput() {}

    public static InputStream open() {
        return open(DESCRIPTOR, Path.of(System.getProperty("java.home", "/")), System.in);
    }

    /**
     * Empty where the caller closed it. The first file that the JVM keeps open has its descriptor then, such as that of its
     * modules, and would be read instead.
     *
     * @param descriptor a link to what is open there; of no meaning where the system has no such links
     * @param jvm the folder of its files
     */
    static InputStream open(Path descriptor, Path jvm, InputStream in) {
        return isWithin(jvm, descriptor) ? InputStream.nullInputStream() : in;
    }

    private static boolean isWithin(Path folder, Path link) {
        try {
            return Files.readSymbolicLink(link).startsWith(folder.toRealPath());
        } catch (IOException unknown) {
            return false;
        }
    }
}
