package dev.portcullis.hardening;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.Await;
import dev.portcullis.kit.RawPeer;
import dev.portcullis.kit.RawPeer.Reply;
import dev.portcullis.kit.TestNode;
import dev.portcullis.kit.Work;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * False logins from ever new addresses, for ever new accounts, more than the node can check. Users at an address of theirs log in
 * all the same, and so do users at another address who do the work that they are asked for, also where attackers work.
 */
class FalseLoginsIT {
    private static final String PASSWORD = "Correct-Horse-7x";
    private static final int USERS = 5;
    private static final int BITS = 8;

    /** On a machine that stands still for seconds a turn may come too late. */
    private static final int TRIES = 3;

    /** What is asked for may have grown by the time that the work is done, so it can take a few tries. */
    private static final int TRIES_WITH_WORK = 10;

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final AtomicInteger addresses = new AtomicInteger();
    private final AtomicInteger refused = new AtomicInteger();
    private final AtomicInteger worked = new AtomicInteger();
    private volatile boolean over;
    private TestNode node;

    @BeforeEach
    void start() {
        node = TestNode.start(
                "accounts.passwords.cost=10",
                "accounts.passwords.threads=1",
                "accounts.passwords.queue=15",
                "accounts.passwords.proofOfWork=" + BITS);
    }

    @AfterEach
    void stop() {
        over = true;
        threads.shutdownNow();
        node.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 10, 100})
    void users_at_an_address_of_theirs_and_those_who_work_log_in(int attackers) {
        for (int user = 0; user < USERS; user++) {
            JsonObject form = logIn(user).put("username", "user" + user);
            assertThat(post(home(user), "register", form).status()).isEqualTo(201);
        }
        for (int i = 0; i < attackers; i++) {
            threads.execute(this::attack);
        }
        if (attackers > 15) {
            assertThat(Await.until(() -> refused.get() > 100)).isTrue();
        }
        for (int user = 0; user < USERS; user++) {
            assertThat(triesOf(home(user), user)).as("at an address of theirs").isBetween(1, TRIES);
            assertThat(triesOf(newAddress(), user)).as("elsewhere").isBetween(1, TRIES_WITH_WORK);
        }
    }

    /** They do the work of quiet times, and send it again and again. A user who does what is asked for goes before them. */
    @ParameterizedTest
    @ValueSource(ints = {1, 10, 100})
    void users_elsewhere_outbid_attackers_that_work(int attackers) {
        for (int user = 0; user < USERS; user++) {
            JsonObject form = logIn(user).put("username", "user" + user);
            assertThat(post(home(user), "register", form).status()).isEqualTo(201);
        }
        for (int i = 0; i < attackers; i++) {
            threads.execute(this::attackWithWork);
        }
        if (attackers > 15) {
            assertThat(Await.until(() -> worked.get() > 100)).isTrue();
        }
        for (int user = 0; user < USERS; user++) {
            assertThat(triesOf(newAddress(), user)).isBetween(1, TRIES_WITH_WORK);
        }
    }

    /** How often it took to log in, with the work that is asked for; one too many if it never did. */
    private int triesOf(String from, int user) {
        JsonObject body = logIn(user);
        for (int tries = 1; tries <= TRIES_WITH_WORK; tries++) {
            Reply reply = post(from, "login", body);
            if (reply.status() == 200) {
                return tries;
            }
            assertThat(reply.status()).isEqualTo(503);
            String asked = reply.header("Proof-Of-Work");
            if (!asked.isEmpty()) {
                body.put("proof", Work.on(asked));
            }
        }
        return TRIES_WITH_WORK + 1;
    }

    private void attack() {
        while (!over) {
            JsonObject body = new JsonObject()
                    .put("email", UUID.randomUUID() + "@example.org")
                    .put("password", "Wrong-Horse-1x");
            try {
                if (post(newAddress(), "login", body).status() == 503) {
                    refused.incrementAndGet();
                }
            } catch (UncheckedIOException cutOff) {
                Thread.onSpinWait(); // it goes on at once
            }
        }
    }

    private void attackWithWork() {
        while (!over) {
            String from = newAddress();
            JsonObject body = new JsonObject()
                    .put("email", UUID.randomUUID() + "@example.org")
                    .put("password", "Wrong-Horse-1x");
            try {
                String asked = post(from, "login", body).header("Proof-Of-Work");
                if (!asked.isEmpty()) {
                    body.put("proof", Work.on(asked.substring(1, asked.indexOf('"', 1)), BITS));
                    for (int i = 0; i < TRIES; i++) {
                        post(from, "login", body);
                        worked.incrementAndGet();
                    }
                }
            } catch (UncheckedIOException cutOff) {
                Thread.onSpinWait(); // it goes on at once
            }
        }
    }

    private Reply post(String from, String call, JsonObject body) {
        String text = body.encode();
        try (RawPeer peer = open(from)) {
            return peer.request("POST /api/auth/" + call + " HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                    + "Content-Length: " + text.getBytes(StandardCharsets.UTF_8).length + "\r\n\r\n" + text);
        }
    }

    private RawPeer open(String from) {
        try {
            return RawPeer.over(
                    new Socket(InetAddress.getLoopbackAddress(), node.port(), InetAddress.getByName(from), 0));
        } catch (IOException unreachable) {
            throw new UncheckedIOException(unreachable);
        }
    }

    private static JsonObject logIn(int user) {
        return new JsonObject().put("email", "user" + user + "@example.org").put("password", PASSWORD);
    }

    private static String home(int user) {
        return "127.1.0." + (user + 1);
    }

    private String newAddress() {
        int number = addresses.incrementAndGet();
        return "127.2." + number / 250 % 250 + "." + (number % 250 + 1);
    }
}
