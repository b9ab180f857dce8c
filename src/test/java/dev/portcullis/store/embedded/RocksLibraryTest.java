package dev.portcullis.store.embedded;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.store.StoreConfig;
import dev.portcullis.store.StoreOpenException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.util.Environment;

/** Uses a separate process, since a library is loaded once. */
class RocksLibraryTest {
    @TempDir
    Path temporary;

    @TempDir
    Path stores;

    @Test
    void temporary_folder_is_empty_after_the_process_was_halted() throws Exception {
        assertThat(open(temporary)).isEqualTo("opened");
        assertThat(temporary).isEmptyDirectory();
    }

    @Test
    void unusable_temporary_folder_is_reported_with_its_cause() throws Exception {
        Path file = Files.writeString(temporary.resolve("file"), "x");
        assertThat(open(file))
                .startsWith("the embedded store's engine can't be loaded here (")
                .contains("Not a directory");
    }

    /** As in the packages: a root that cannot be written to has no folder for temporary files. */
    @Test
    void library_of_the_library_path_needs_no_temporary_folder() throws Exception {
        String name = Environment.getJniLibraryFileName("rocksdb");
        try (InputStream library = Environment.class.getClassLoader().getResourceAsStream(name)) {
            Files.copy(requireNonNull(library), temporary.resolve(name));
        }
        Path file = Files.writeString(temporary.resolve("file"), "x");
        assertThat(open(file, "-Djava.library.path=" + temporary)).isEqualTo("opened");
    }

    private String open(Path temporary) throws Exception {
        return open(temporary, "-ea");
    }

    private String open(Path temporary, String option) throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Djava.io.tmpdir=" + temporary,
                        "-XX:-UsePerfData",
                        option,
                        "-cp",
                        System.getProperty("java.class.path"),
                        Opening.class.getName(),
                        stores.resolve("store").toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return printed.strip();
    }

    /** Opens a store and halts, so that no shutdown hook can delete files. */
    static final class Opening {
        private Opening() {}

        public static void main(String[] arguments) {
            StoreConfig config = new StoreConfig(StoreConfig.Kind.EMBEDDED, Optional.empty(), true, 100);
            try {
                EmbeddedStore.open(Path.of(arguments[0]), config).table("things");
                System.out.println("opened");
            } catch (StoreOpenException failure) {
                System.out.println(failure.getMessage());
            }
            System.out.flush();
            Runtime.getRuntime().halt(0);
        }
    }
}
