package dev.portcullis.journey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.RawPeer;
import dev.portcullis.kit.RawPeer.Reply;
import dev.portcullis.kit.TestNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Calls that have a limit of their own: beyond it they are refused to their user, and nothing else is. */
@TestInstance(Lifecycle.PER_CLASS)
class CallLimitsTest {
    private static final int CALLS = 3;

    private TestNode node;

    @BeforeAll
    void open(@TempDir Path folder) {
        node = TestNode.generous(
                "uploads.kind=disk",
                "uploads.folder=" + folder,
                "ratelimit.actions={\"block_list\": 3, \"own_account\": 3, \"file_download\": 3}");
    }

    @AfterAll
    void close() {
        node.close();
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /api/blocks/ben, 200, /api/auth/me",
        "PUT, /api/blocks/ben, 204, /api/auth/me",
        "DELETE, /api/blocks/ben, 204, /api/auth/me",
        "GET, /api/auth/me, 404, /api/blocks/ben",
        "GET, /api/auth/logins, 404, /api/blocks/ben",
        "DELETE, /api/auth/logins/0123456789012345678901, 404, /api/blocks/ben",
        "GET, /api/auth/totp, 404, /api/blocks/ben",
        "GET, /api/files/00000000000000000000000000000000, 404, /api/blocks/ben",
        "HEAD, /api/files/00000000000000000000000000000000, 404, /api/blocks/ben"
    })
    void call_beyond_its_limit_is_refused_to_its_user_alone(String method, String path, int answer, String other) {
        String user = "user-of-" + method + path.replace('/', '-');
        List<Integer> answers = new ArrayList<>();
        for (int i = 0; i < CALLS; i++) {
            answers.add(call(method, path, user).status());
        }
        Reply refused = call(method, path, user);

        assertThat(answers).containsOnly(answer);
        assertThat(refused.status()).isEqualTo(429);
        assertThat(refused.header("Retry-After")).matches("[0-9]+");
        assertThat(call("GET", other, user).status()).isLessThan(429);
        assertThat(call("GET", "/api/rooms", user).status()).isEqualTo(200);
        assertThat(call(method, path, "another-" + user).status()).isEqualTo(answer);
    }

    private Reply call(String method, String path, String user) {
        try (RawPeer peer = RawPeer.to(node.port())) {
            return peer.request(method + " " + path + " HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer "
                    + node.token(user) + "\r\nContent-Length: 0\r\n\r\n");
        }
    }
}
