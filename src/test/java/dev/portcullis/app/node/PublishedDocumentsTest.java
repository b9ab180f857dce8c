package dev.portcullis.app.node;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.portcullis.kit.AlteredBuild;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A build does not pass that publishes what its specification refuses. */
class PublishedDocumentsTest {
    @TempDir
    private Path folder;

    @Test
    void documents_of_this_build_are_as_their_specifications_have_them() {
        assertThatCode(PublishedDocuments::check).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "protocol/codec/schemas/server/chat.json | \"required\": \\[ | \"required\": [7, | schemas/server/chat.json#/required",
                "protocol/codec/schemas/auth_success.json | \"type\": \"object\" | \"type\": \"objekt\" | schemas/auth_success.json#/type",
                "http/outgoing/answers/content_hook.json | \"minLength\": 1 | \"minLength\": -1 | "
                        + "schemas/answers/content_hook.json#/allOf/1/then/properties/content/minLength",
                "http/openapi.json | \"title\": \"[^\"]*\", | | openapi.json#/info/title",
                "http/openapi.json | \"maxLength\": 254 | \"maxLength\": -254 | openapi.json#/components/schemas/",
            })
    void document_that_its_specification_refuses_fails_the_build_and_is_located(
            String file, String written, String instead, String where) throws Exception {
        try (AlteredBuild build = AlteredBuild.with(
                folder,
                "dev/portcullis/" + file,
                published -> published.replaceFirst(written, instead == null ? "" : instead))) {
            assertThatThrownBy(() -> build.call(PublishedDocuments.class, "check"))
                    .cause()
                    .hasMessageContaining("the build publishes " + where);
        }
    }
}
