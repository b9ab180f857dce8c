package dev.portcullis.store.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.store.StoreConfig;
import dev.portcullis.store.StoreOpenException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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

    private String open(Path temporary) throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Djava.io.tmpdir=" + temporary,
                        "-XX:-UsePerfData",
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
