package dev.portcullis.protocol.codec;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.portcullis.kit.AlteredBuild;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The decoder of a build whose schemas say more than it implements. */
class UnsupportedSchemaStartTest {
    @TempDir
    private Path folder;

    @Test
    void schema_with_unknown_keyword_stops_the_start_and_is_named() throws Exception {
        try (AlteredBuild build = AlteredBuild.with(
                folder,
                "dev/portcullis/protocol/codec/schemas/read.json",
                published -> published.replaceFirst("\\{", "{\"maxProperties\": 5,"))) {
            assertThatThrownBy(() -> build.call(FrameDecoder.class, "prepare"))
                    .cause()
                    .hasMessageContainingAll("read.json", "maxProperties")
                    .extracting(failure -> failure.getClass().getSimpleName())
                    .isEqualTo(UnsupportedSchemaException.class.getSimpleName());
        }
    }
}
