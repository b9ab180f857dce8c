package dev.portcullis.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.Await;
import dev.portcullis.kit.RawPeer;
import dev.portcullis.ratelimit.ban.Ban;
import dev.portcullis.ratelimit.ban.BanSnapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A page that has its visitors' browsers ask for the WebSocket as for an image, on a node that needs no origin. */
class ForeignPageTest {
    private static final String VISITOR = "192.0.2.50";
    private static final String ATTACKER = "192.0.2.66";

    private GatedNode node;

    @BeforeEach
    void open() throws Exception {
        node = open("origin.missing=allow");
    }

    private static GatedNode open(String... sets) throws Exception {
        List<String> all = new ArrayList<>(
                List.of("http.trustedProxies=[\"127.0.0.1\"]", "anomaly.address.ban=100", "bans.intervalMs=50"));
        all.addAll(List.of(sets));
        return new GatedNode(all.toArray(new String[0]));
    }

    @AfterEach
    void close() throws Exception {
        node.close();
    }

    /** The second is no URI, though browsers send it. */
    @ParameterizedTest
    @ValueSource(strings = {"/ws?q='%20or%201=1--", "/ws?q=a|b"})
    void image_of_a_page_counts_nothing_for_the_address_of_its_visitor(String target) {
        judge(target);
    }

    /** A token in the address stands for an origin there. */
    @ParameterizedTest
    @ValueSource(strings = {"/ws?token=a.b.c&q='%20or%201=1--", "/ws?token=a.b.c&q=a|b"})
    void image_with_a_token_in_its_address_counts_nothing_either(String target) throws Exception {
        node.close();
        node = open("origin.missing=allow_with_bearer", "auth.accept=[\"header\", \"query\"]");
        judge(target);
    }

    private void judge(String target) {
        for (int i = 0; i < 30; i++) {
            assertThat(get(target, VISITOR, "User-Agent: Mozilla/5.0", "Sec-Fetch-Site: cross-site"))
                    .isIn(400, 426);
            assertThat(get(target, VISITOR, "Referer: https://evil.example/")).isIn(400, 426);
        }
        for (int i = 0; i < 30; i++) {
            assertThat(get(target, ATTACKER)).isIn(400, 403, 426);
        }

        assertThat(Await.until(() -> !banned().isEmpty())).isTrue();
        assertThat(banned()).containsOnly("ip:" + ATTACKER);
    }

    private List<String> banned() {
        try {
            return BanSnapshot.read(node.bans).await(30, TimeUnit.SECONDS).stream()
                    .map(Ban::target)
                    .map(target -> target.key())
                    .toList();
        } catch (Exception failure) {
            throw new AssertionError(failure);
        }
    }

    private int get(String target, String address, String... headers) {
        try (RawPeer peer = RawPeer.to(node.port())) {
            return peer.request(
                            "GET " + target + " HTTP/1.1\r\nHost: 127.0.0.1:" + node.port() + "\r\nX-Forwarded-For: "
                                    + address + "\r\n"
                                    + String.join(
                                            "",
                                            List.of(headers).stream()
                                                    .map(line -> line + "\r\n")
                                                    .toList())
                                    + "\r\n")
                    .status();
        }
    }
}
