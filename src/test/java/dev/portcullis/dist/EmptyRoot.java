package dev.portcullis.dist;

import dev.portcullis.kit.program.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * A folder that a process takes for the root of the file system. There is a shell in it and the C and C++ libraries, as in
 * the smallest images, and nothing else that is installed on this machine.
 */
final class EmptyRoot {
    /** A line of ldd: {@code libm.so.6 => /lib/libm.so.6 (0x…)}, or the loader's path alone. */
    private static final Pattern LIBRARY = Pattern.compile("(?m)^\\s(?:\\S+ => )?(/\\S+) \\(0x");

    /** The process sees the folder as the root, the kernel's files, and no other. It needs no rights for that. */
    private static final String ENTER =
            "mount --rbind /proc \"$0/proc\" && mount --rbind /dev \"$0/dev\" && exec chroot \"$0\" \"$@\"";

    /** The same, but the process can write to one folder only. */
    private static final String ENTER_READ_ONLY =
            "root=$0 data=$0/$1 && shift && mount --bind \"$root\" \"$root\" && mount --bind \"$data\" \"$data\" &&"
                    + " mount --rbind /proc \"$root/proc\" &&"
                    + " mount --rbind /dev \"$root/dev\" && mount -o remount,bind,ro \"$root\" &&"
                    + " exec chroot \"$root\" \"$@\"";

    private final Path root;

    private EmptyRoot(Path root) {
        this.root = root;
    }

    /** Whether this machine lets a process have a root of its own. */
    static boolean isOffered() {
        return Program.succeeds("unshare", "--user", "--map-root-user", "--mount", "chroot", "/", "true");
    }

    /** @param programs folder of programs and libraries that are to run there */
    static EmptyRoot in(Path folder, Path printed, Path programs) throws Exception {
        EmptyRoot root = new EmptyRoot(folder);
        for (String each : List.of("proc", "dev", "tmp", "bin")) {
            Files.createDirectory(folder.resolve(each));
        }
        Files.copy(Path.of("/bin/sh").toRealPath(), folder.resolve("bin/sh"));
        root.addLibraries(printed, folder.resolve("bin"));
        root.addLibraries(printed, programs);
        return root;
    }

    /** A command that runs this one there. */
    List<String> command(String... inside) {
        List<String> all = new ArrayList<>(
                List.of("unshare", "--user", "--map-root-user", "--mount", "sh", "-c", ENTER, root.toString()));
        all.addAll(List.of(inside));
        return all;
    }

    /** A command that runs this one there, where it can write to this folder only. */
    List<String> readOnly(String writable, List<String> inside) {
        List<String> all = new ArrayList<>(List.of("unshare", "--user", "--map-root-user", "--mount"));
        all.addAll(List.of("sh", "-c", ENTER_READ_ONLY, root.toString(), writable));
        all.addAll(inside);
        return all;
    }

    /** Copies what the programs of this folder are linked with, but for what is in the folder itself. */
    private void addLibraries(Path printed, Path programs) throws Exception {
        String list = "find '%s' -type f \\( -name '*.so*' -o -perm -u+x \\) -exec ldd {} + 2>/dev/null || true"
                .formatted(programs);
        try (Program ldd = Program.start(printed, List.of("sh", "-c", list), Map.of())) {
            for (MatchResult each : LIBRARY.matcher(ldd.succeeded()).results().toList()) {
                Path library = Path.of(each.group(1));
                if (!library.normalize().startsWith(programs)) {
                    add(library);
                }
            }
        }
    }

    /** Copies a file of this machine. */
    void add(Path file) throws IOException {
        Path copy = root.resolve(Path.of("/").relativize(file.normalize()));
        Files.createDirectories(copy.getParent());
        Files.copy(file, copy, StandardCopyOption.REPLACE_EXISTING);
    }
}
