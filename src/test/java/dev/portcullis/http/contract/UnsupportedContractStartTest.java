package dev.portcullis.http.contract;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.portcullis.kit.AlteredBuild;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The router of a build whose contract says more than it implements. */
class UnsupportedContractStartTest {
    @TempDir
    private Path folder;

    @Test
    void contract_with_unknown_member_stops_the_start_and_is_located() throws Exception {
        try (AlteredBuild build = AlteredBuild.with(
                folder,
                "dev/portcullis/http/openapi.json",
                published -> published.replaceFirst("\"operationId\": \"getApi\"", "\"deprecated\": true, $0"))) {
            assertThatThrownBy(() -> build.call(ApiContract.class, "prepare"))
                    .cause()
                    .hasMessageContainingAll("openapi.json#/paths/~1openapi.json/get", "deprecated")
                    .extracting(failure -> failure.getClass().getSimpleName())
                    .isEqualTo(UnsupportedContractException.class.getSimpleName());
        }
    }
}
