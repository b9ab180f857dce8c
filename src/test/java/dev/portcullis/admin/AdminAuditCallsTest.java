package dev.portcullis.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.audit.chain.WrittenChain;
import dev.portcullis.config.Json;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How operators read the audit file. */
class AdminAuditCallsTest extends AdminVerticleFixture {
    @Test
    void audit_file_is_read_in_pages_and_the_reading_is_an_audit_event() throws Exception {
        WrittenChain.write(audited, 25, WrittenChain.LARGE);

        HttpResponse<String> page = operator("/admin/audit?after=3&limit=2");
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.headers().firstValue("Cache-Control")).contains("no-store");
        assertThat(page.body())
                .startsWith("{\"node\":\"node-a\",\"events\":[{\"n\":4,")
                .contains(",{\"n\":5,")
                .endsWith("],\"next\":5,\"more\":true}");
        assertThat(Json.parseWithoutComments(page.body())).isInstanceOf(Map.class);
        assertThat(events.all())
                .singleElement()
                .satisfies(event -> assertThat(event)
                        .containsEntry("event", "admin.audit.read")
                        .containsEntry("resource", "after:3")
                        .containsEntry("detail", "api_key")
                        .containsEntry("messageCount", "2"));

        assertThat(operator("/admin/audit?after=9000").body())
                .isEqualTo("{\"node\":\"node-a\",\"events\":[],\"next\":9000,\"more\":false}");
        assertThat(events.all()).hasSize(1);
    }

    @Test
    void changed_line_of_the_audit_file_is_shown_as_damaged() throws Exception {
        WrittenChain.write(audited, 3, WrittenChain.LARGE);
        Path file = audited.resolve("audit-node-a-0000000000000001.jsonl");
        Files.writeString(file, Files.readString(file).replace("\"user-1\"", "\"user-1}"));

        HttpResponse<String> page = operator("/admin/audit");

        assertThat(Json.parseWithoutComments(page.body())).isInstanceOf(Map.class);
        assertThat(page.body()).contains("{\"damaged\":true}").doesNotContain("user-1");
    }

    /** Anyone who can write in the file can make a hash that fits. */
    @ParameterizedTest
    @ValueSource(strings = {"2,%s oops", "9999999999999999,%s"})
    void forged_line_of_the_audit_file_breaks_no_answer(String form) throws Exception {
        long last = WrittenChain.write(audited, 3, WrittenChain.LARGE).n();
        Path file = audited.resolve("audit-node-a-0000000000000001.jsonl");
        List<String> lines = Files.readAllLines(file);
        String forged = "{\"n\":" + String.format(form, "\"prev\":\"" + "0".repeat(64) + "\"");
        lines.set(1, WrittenChain.forged(forged));
        Files.write(file, lines);

        HttpResponse<String> page = operator("/admin/audit");

        assertThat(Json.parseWithoutComments(page.body())).isInstanceOf(Map.class);
        assertThat(page.body())
                .contains(",{\"damaged\":true},{\"n\":3,")
                .endsWith("],\"next\":" + last + ",\"more\":false}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"after=x", "limit=0", "limit=1001", "after=-1", "other=1"})
    void audit_page_with_a_bad_parameter_is_refused(String query) throws Exception {
        assertThat(operator("/admin/audit?" + query).statusCode()).isEqualTo(400);
    }

    @Test
    void audit_file_needs_a_token() throws Exception {
        assertThat(get("/admin/audit").statusCode()).isEqualTo(401);
    }
}
