package dev.portcullis.edge.api.asyncapi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.program.NodePackages;
import dev.portcullis.kit.program.NodeProgram;
import dev.portcullis.kit.program.Program;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The parser of the AsyncAPI initiative, which checks by its own schema and rules, reads the document. */
class AsyncApiParserIT {
    private static final Path SCRIPT = Path.of("src/test/resources/dev/portcullis/edge/api/asyncapi/parse.mjs");

    /** It says that 3.1 has come out. */
    private static final String NEWER_VERSION = "asyncapi-latest-version";

    @TempDir
    Path folder;

    @Test
    void published_document_is_read_without_an_objection() throws Exception {
        JsonObject read = parse(AsyncApi.published().json());
        assertThat(objections(read)).isEmpty();
        assertThat(read.getInteger("messages"))
                .isEqualTo(AsyncApiTest.messages().count());
        assertThat(read.getInteger("operations")).isPositive();
    }

    /** Without these two, a parser that checks nothing would pass the other. */
    @Test
    void field_that_is_no_part_of_the_format_is_objected_to() throws Exception {
        JsonObject spoiled = new JsonObject(AsyncApi.published().json());
        spoiled.getJsonObject("channels").getJsonObject("ws").put("adress", "/ws");
        assertThat(objections(parse(spoiled.encode()))).isNotEmpty().allMatch(each -> each.contains("adress"));
    }

    @Test
    void reference_to_nothing_is_objected_to() throws Exception {
        JsonObject spoiled = new JsonObject(AsyncApi.published().json());
        spoiled.getJsonObject("operations")
                .getJsonObject("receiveChat")
                .getJsonArray("messages")
                .getJsonObject(0)
                .put("$ref", "#/channels/ws/messages/nothing");
        assertThat(objections(parse(spoiled.encode())))
                .singleElement()
                .asString()
                .contains("invalid-ref");
    }

    private static List<String> objections(JsonObject read) {
        return read.getJsonArray("found").stream()
                .map(JsonObject.class::cast)
                .filter(each -> !NEWER_VERSION.equals(each.getString("code")))
                .map(JsonObject::encode)
                .toList();
    }

    private JsonObject parse(String document) throws Exception {
        NodeProgram.assumeInstalled();
        Path file = Files.writeString(folder.resolve("asyncapi.json"), document);
        Map<String, String> environment =
                Map.of("PACKAGES", NodePackages.folder().toString(), "DOCUMENT", file.toString());
        try (Program parser = NodeProgram.start(folder, SCRIPT, environment)) {
            return new JsonObject(parser.succeeded());
        }
    }
}
