package dev.portcullis.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.protocol.UserId;
import dev.portcullis.store.rows.MemoryRowStore;
import dev.portcullis.uploads.UserUploadsResponder;
import dev.portcullis.uploads.ticket.TestShares;
import dev.portcullis.uploads.ticket.Upload;
import dev.portcullis.uploads.ticket.UploadStore;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How operators see who holds what, and delete it. */
class AdminUploadCallsTest extends AdminVerticleFixture {
    private static final UserId ANN = new UserId("ann");

    private final MemoryRowStore rows = new MemoryRowStore(System::currentTimeMillis);
    private final UploadStore uploads = new UploadStore(rows);

    @BeforeEach
    void answer() throws Exception {
        await(new UserUploadsResponder(uploads, 1_000_000, () -> NOW).open(bus, 0));
    }

    @Test
    void holders_are_listed_page_by_page_with_most_bytes_first() throws Exception {
        for (int i = 1; i <= 150; i++) {
            issued("u" + i, i, "192.0.2." + i);
        }

        JsonObject first = json(operator("/admin/uploads"));
        JsonObject second = json(operator("/admin/uploads?after=" + first.getString("next")));

        assertThat(first.getLong("bytes")).isEqualTo(11_325);
        assertThat(first.getLong("placeBytes")).isEqualTo(1_000_000);
        assertThat(first.getJsonArray("holders").getJsonObject(0).encode())
                .isEqualTo("{\"userId\":\"u150\",\"bytes\":150,\"uploads\":1,\"oldestAt\":" + NOW
                        + ",\"address\":\"192.0.2.150\"}");
        List<Object> bytes = new ArrayList<>(of(first.getJsonArray("holders"), "bytes"));
        bytes.addAll(of(second.getJsonArray("holders"), "bytes"));
        assertThat(bytes).hasSize(150).startsWith(150, 149).endsWith(2, 1);
        assertThat(second.containsKey("next")).isFalse();
    }

    @Test
    void uploads_of_a_user_are_listed_without_those_of_others() throws Exception {
        Upload file = issued("ann", 5, "192.0.2.1");
        issued("ben", 7, "192.0.2.2");

        JsonObject found = json(operator("/admin/uploads?userId=ann"));

        assertThat(found.encode())
                .isEqualTo("{\"userId\":\"ann\",\"uploads\":[{\"fileId\":\"" + file.id()
                        + "\",\"roomId\":\"lobby\",\"name\":\"cat.png\",\"size\":5,\"mime\":\"image/png\",\"createdAt\":"
                        + NOW + ",\"endsAt\":" + (NOW + 1_000) + ",\"kept\":false,\"address\":\"192.0.2.1\"}]}");
    }

    /** As the names of files in messages: a page of operators may take every text of a user for safe. */
    @Test
    void name_of_a_file_is_safe_as_html() throws Exception {
        issued("ann", "<img src=x>&.png", 5, "192.0.2.1");

        JsonObject found = json(operator("/admin/uploads?userId=ann"));

        assertThat(found.getJsonArray("uploads").getJsonObject(0).getString("name"))
                .isEqualTo("&lt;img src=x&gt;&amp;.png");
    }

    @Test
    void file_is_deleted_and_the_audit_says_by_whom() throws Exception {
        Upload file = issued("ann", 5, "192.0.2.1");
        Upload other = issued("ann", 6, "192.0.2.1");

        assertThat(operator("DELETE", "/admin/uploads/" + file.id()).statusCode())
                .isEqualTo(204);

        assertThat(await(uploads.find(file.id()))).map(Upload::state).contains(Upload.State.LAPSING);
        assertThat(await(uploads.find(other.id()))).map(Upload::state).contains(Upload.State.ISSUED);
        assertThat(of(json(operator("/admin/uploads?userId=ann")).getJsonArray("uploads"), "fileId"))
                .containsExactly(other.id().value());
        assertOneEvent(Map.of(
                "event",
                "admin.uploads.deleted",
                "userId",
                "ann",
                "resource",
                file.id().value()));
        assertThat(operator("DELETE", "/admin/uploads/" + "0".repeat(32)).statusCode())
                .isEqualTo(404);
    }

    @Test
    void all_files_of_a_user_are_deleted_also_beyond_a_page_and_none_of_others() throws Exception {
        for (int i = 0; i < 450; i++) {
            issued("ann", 1, "192.0.2.1");
        }
        Upload other = issued("ann2", 1, "192.0.2.1");

        assertThat(operator("DELETE", "/admin/users/ann/uploads").statusCode()).isEqualTo(204);

        assertThat(await(uploads.of(ANN, "", 1_000)).found())
                .hasSize(450)
                .allMatch(upload -> upload.state() == Upload.State.LAPSING);
        assertThat(await(uploads.find(other.id()))).map(Upload::state).contains(Upload.State.ISSUED);
        assertOneEvent(Map.of("event", "admin.uploads.deleted", "userId", "ann"));
    }

    @Test
    void store_that_fails_is_answered_with_503() throws Exception {
        rows.failNext(1);
        assertThat(operator("/admin/uploads").statusCode()).isEqualTo(503);
        rows.failNext(1);
        assertThat(operator("DELETE", "/admin/users/ann/uploads").statusCode()).isEqualTo(503);
        assertThat(events.all()).extracting(each -> each.get("event")).containsOnly("admin.refused");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/admin/uploads", "/admin/uploads?userId=ann"})
    void listing_is_for_operators(String path) throws Exception {
        assertThat(get(path).statusCode()).isEqualTo(401);
        assertThat(send(request(path).header("Authorization", "Bearer member-token"))
                        .statusCode())
                .isEqualTo(403);
    }

    @ParameterizedTest
    @ValueSource(strings = {"?after=a", "?after=aa%20a", "?userId=a%20b", "?other=1"})
    void malformed_question_is_refused(String query) throws Exception {
        assertThat(operator("/admin/uploads" + query).statusCode()).isEqualTo(400);
    }

    private Upload issued(String owner, long size, String address) throws Exception {
        return issued(owner, "cat.png", size, address);
    }

    private Upload issued(String owner, String name, long size, String address) throws Exception {
        Upload upload = TestShares.upload(new UserId(owner), name, size, NOW, address);
        assertThat(await(uploads.issue(upload, TestShares.quota(1 << 20, 1_000))))
                .isEmpty();
        return upload;
    }

    private static JsonObject json(HttpResponse<String> response) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return new JsonObject(response.body());
    }

    private static List<Object> of(JsonArray rows, String field) {
        return rows.stream().map(row -> ((JsonObject) row).getValue(field)).toList();
    }

    private static <T> T await(Future<T> future) throws Exception {
        return future.await(30, TimeUnit.SECONDS);
    }
}
