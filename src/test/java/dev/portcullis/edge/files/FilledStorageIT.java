package dev.portcullis.edge.files;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.Gauges;
import dev.portcullis.kit.RawPeer;
import dev.portcullis.kit.TestNode;
import dev.portcullis.protocol.UserId;
import dev.portcullis.store.StoreConfig;
import dev.portcullis.store.embedded.EmbeddedStore;
import dev.portcullis.store.rows.EmbeddedRowStore;
import dev.portcullis.uploads.ticket.SharePolicy.Excess;
import dev.portcullis.uploads.ticket.TestShares;
import dev.portcullis.uploads.ticket.Upload;
import dev.portcullis.uploads.ticket.UploadStore;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Throw-away accounts send as many bytes as they get, over HTTP, and keep them. The storage is a 1024th of that of a node as it is
 * shipped, and so is the largest file; the shares are those of one.
 */
class FilledStorageIT {
    private static final long PLACE = 10L << 20;
    private static final int FILE = 25 << 10;
    private static final int SMALLEST = 100;
    private static final UserId KNOWN = new UserId("known");

    @TempDir
    Path folder;

    private TestNode node;

    @BeforeEach
    void start() throws Exception {
        meetLongAgo(KNOWN);
        node = TestNode.generous(
                "store.path=" + folder.resolve("store"),
                "uploads.kind=disk",
                "uploads.folder=" + folder.resolve("files"),
                "uploads.nodeBytes=" + PLACE,
                "uploads.maxBytes=" + FILE,
                "uploads.userBytes=" + (1 << 20),
                "http.trustedProxies=[\"127.0.0.1\"]",
                "admin.apiKey=" + Gauges.KEY);
    }

    @AfterEach
    void stop() {
        node.close();
    }

    /** Bytes of each honest user are those of {@code SharePolicyTest}, less what sizes and each other cost. */
    @ParameterizedTest
    @CsvSource({"1, 90_000, 140_000, 750_000", "10, 13_000, 130_000, 720_000", "100, 100, 125_000, 700_000"})
    void accounts_of_one_address_leave_most_to_others(int attackers, int colleague, int newcomer, int known) {
        for (int i = 0; i < attackers; i++) {
            fill("attacker" + i, "192.0.2.1");
        }

        assertThat(held()).isLessThan(PLACE * 8 / 100);
        assertThat(fill("colleague", "192.0.2.1")).as("new at the same address").isGreaterThanOrEqualTo(colleague);
        assertThat(fill("newcomer", "198.51.100.7")).as("new elsewhere").isGreaterThanOrEqualTo(newcomer);
        assertThat(fill(KNOWN.value(), "192.0.2.1")).as("of standing").isGreaterThanOrEqualTo(known);
    }

    @ParameterizedTest
    @CsvSource({"1, 130_000, 800_000", "10, 100_000, 600_000", "100, 24_000, 110_000"})
    void accounts_of_many_addresses_leave_room_for_one_more(int attackers, int newcomer, int known) {
        for (int i = 0; i < attackers; i++) {
            fill("attacker" + i, "192.0.2." + i);
        }

        assertThat(PLACE - held()).isGreaterThan(PLACE / 10);
        assertThat(fill("newcomer", "198.51.100.7")).as("new").isGreaterThanOrEqualTo(newcomer);
        assertThat(fill(KNOWN.value(), "192.0.2.1")).as("of standing").isGreaterThanOrEqualTo(known);
    }

    /** Sends files of the largest size that there is a ticket for, until there is none for the smallest; says how many bytes. */
    private int fill(String user, String address) {
        int sent = 0;
        try (RawPeer peer = RawPeer.to(node.port())) {
            peer.upgrade("X-Forwarded-For: " + address, "Authorization: Bearer " + node.token(user));
            peer.next("auth_success");
            peer.text("{\"type\":\"join\",\"roomId\":\"lobby\"}");
            peer.next("joined");
            int size = FILE;
            while (size >= SMALLEST) {
                if (send(peer, size)) {
                    sent += size;
                } else {
                    size /= 2;
                }
            }
        }
        return sent;
    }

    private boolean send(RawPeer peer, int size) {
        peer.text(new JsonObject()
                .put("type", "file_upload")
                .put("roomId", "lobby")
                .put("name", "a.txt")
                .put("size", size)
                .put("mime", "text/plain")
                .encode());
        JsonObject answer = new JsonObject(peer.read().text());
        if (!"upload_ticket".equals(answer.getString("type"))) {
            assertThat(answer.getString("reason")).as(answer.encode()).isEqualTo("conflict");
            return false;
        }
        HttpRequest put = HttpRequest.newBuilder(node.http(answer.getString("uploadUrl")))
                .PUT(BodyPublishers.ofString("x".repeat(size)))
                .build();
        assertThat(FilePeer.send(put).statusCode()).isEqualTo(201);
        return true;
    }

    private long held() {
        HttpRequest listing = HttpRequest.newBuilder(node.admin("/admin/uploads"))
                .header("Authorization", "Bearer " + Gauges.KEY)
                .build();
        return new JsonObject(FilePeer.send(listing).body()).getLong("bytes");
    }

    /** The user asked for a ticket eight days ago, and got none. */
    private void meetLongAgo(UserId user) throws Exception {
        EmbeddedStore store = EmbeddedStore.open(
                folder.resolve("store"), new StoreConfig(StoreConfig.Kind.EMBEDDED, Optional.empty(), false, 1_000));
        long then = System.currentTimeMillis() - TimeUnit.DAYS.toMillis(8);
        Upload upload = TestShares.upload(user, "a.txt", 2, then);
        assertThat(new UploadStore(new EmbeddedRowStore(store, System::currentTimeMillis))
                        .issue(upload, TestShares.quota(1, 1))
                        .await(30, TimeUnit.SECONDS))
                .contains(Excess.BYTES);
        store.close();
    }
}
