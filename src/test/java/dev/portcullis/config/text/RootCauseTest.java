package dev.portcullis.config.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class RootCauseTest {
    static Stream<Arguments> failures() {
        FileSystemException full = new FileSystemException("/data", null, "No space left on device");
        return Stream.of(
                Arguments.of(new AccessDeniedException("/data"), "AccessDeniedException /data"),
                Arguments.of(full, "/data: No space left on device"),
                Arguments.of(new IOException("can't write", full), "/data: No space left on device"),
                Arguments.of(new IOException("one\ntwo"), "one"),
                Arguments.of(new IOException(), "IOException"));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void cause_says_more_than_the_path_of_a_file(Throwable failure, String told) {
        assertThat(RootCause.of(failure)).isEqualTo(told);
    }
}
