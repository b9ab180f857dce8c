package dev.portcullis.journey;

import static dev.portcullis.kit.ProxiedClient.PASSWORD;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.Await;
import dev.portcullis.kit.Gauges;
import dev.portcullis.kit.ProxiedClient;
import dev.portcullis.kit.TestNode;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.junit5.VertxExtension;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A node whose operator has a list of bad addresses, and asks a service about the others. */
@ExtendWith(VertxExtension.class)
class ReputationIT {
    private static final String IN_FILE = "192.0.2.1";
    private static final String LISTED = "8.8.4.";
    private static final int TRIES = 5;
    private static final int OK = 200;

    @TempDir
    static Path folder;

    private static final AtomicInteger FAILING = new AtomicInteger(); // the status of each answer; 0 for a good one
    private static Path list;
    private static TestNode node;

    @BeforeAll
    static void start(Vertx vertx) throws Exception {
        HttpServer service = vertx.createHttpServer()
                .requestHandler(request -> request.response()
                        .setStatusCode(
                                FAILING.get() != 0
                                        ? FAILING.get()
                                        : request.path().contains(LISTED) ? OK : 404)
                        .end())
                .listen(0, "127.0.0.1")
                .await(30, TimeUnit.SECONDS);
        list = Files.writeString(folder.resolve("bad.txt"), "192.0.2.0/28\n");
        node = TestNode.generous(
                "http.trustedProxies=[\"127.0.0.1\"]",
                "accounts.passwords.cost=10",
                "admin.apiKey=" + Gauges.KEY,
                "reputation.files=[\"" + list + "\"]",
                "reputation.reloadMs=100",
                "reputation.service.url=http://127.0.0.1:" + service.actualPort() + "/v1/{ip}",
                "reputation.service.deadlineMs=2000");
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    @BeforeEach
    void mend() {
        FAILING.set(0);
    }

    @Test
    void address_that_the_list_or_the_service_lists_comes_in_only_with_a_valid_token() {
        assertThat(at("8.8.8.8").register("ann").status()).isEqualTo(201);
        for (String address : new String[] {IN_FILE, listed()}) {
            ProxiedClient client = at(address);
            assertThat(client.handshake()).as("a handshake from " + address).isEqualTo(403);
            assertThat(client.handshake("bearer.a.b.c")).isEqualTo(403);
            assertThat(client.logIn("ann", PASSWORD).status()).isEqualTo(403);
            assertThat(client.register("bob").status()).isEqualTo(403);
            assertThat(client.handshake("bearer." + node.token("ann"))).isEqualTo(101);
        }
        assertThat(at("8.8.8.8").handshake()).isEqualTo(101);
        assertThat(at("8.8.8.8").logIn("ann", PASSWORD).status()).isEqualTo(200);
    }

    @Test
    void service_that_fails_keeps_no_client_out_and_its_breaker_opens_while_lists_go_on() {
        FAILING.set(500);
        AtomicInteger next = new AtomicInteger();
        assertThat(Await.until(() -> {
                    assertThat(at("8.8.9." + next.incrementAndGet() % 250).handshake())
                            .isEqualTo(101);
                    return metrics().contains("portcullis_breaker_state{service=\"reputation\"} 2.0");
                }))
                .isTrue();
        assertThat(at("8.8.10.1").handshake()).as("not asked").isEqualTo(101);
        assertThat(at("8.8.10.2").register("carl").status()).isEqualTo(201);
        assertThat(at(IN_FILE).handshake()).isEqualTo(403);
        FAILING.set(0);
        assertThat(Await.until(() -> metrics().contains("portcullis_breaker_state{service=\"reputation\"} 0.0")
                        || at("8.8.11." + next.incrementAndGet() % 250).handshake() != 101))
                .as("it closes again, by the clients that come")
                .isTrue();
    }

    @Test
    void list_that_is_emptied_by_mistake_stays_in_force_and_a_new_one_takes_its_place() throws Exception {
        Files.writeString(list, "");
        assertThat(Await.until(() -> metrics().contains("portcullis_reputation_files_unusable 1.0")))
                .isTrue();
        assertThat(at(IN_FILE).handshake()).isEqualTo(403);

        Path next = Files.writeString(folder.resolve("next.txt"), "192.0.2.0/28\n198.51.100.0/24\n");
        Files.move(next, list, StandardCopyOption.REPLACE_EXISTING);
        assertThat(Await.until(() -> at("198.51.100.7").handshake() == 403)).isTrue();
        assertThat(at(IN_FILE).handshake()).isEqualTo(403);
        assertThat(metrics()).contains("portcullis_reputation_files_unusable 0.0");
    }

    /** An address whose first handshake waited for the service, which a machine that pauses lets pass. */
    private static String listed() {
        return IntStream.rangeClosed(1, TRIES)
                .mapToObj(i -> LISTED + i)
                .filter(address -> at(address).handshake() == 403)
                .findFirst()
                .orElseThrow(() -> new AssertionError("each was let in"));
    }

    private static ProxiedClient at(String address) {
        return new ProxiedClient(node, address);
    }

    private static String metrics() {
        return Gauges.scrape(node);
    }
}
