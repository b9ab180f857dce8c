package dev.portcullis.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.Await;
import dev.portcullis.kit.JdkPeer;
import dev.portcullis.kit.RawPeer;
import dev.portcullis.kit.browser.BrowserPage;
import dev.portcullis.protocol.Role;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** An operator at the dashboard of a running node, in a real browser. Pictures of it are in {@code target/dashboard}. */
class DashboardIT extends DashboardFixture {
    private static final String POLLED = "document.querySelector('#uptime').textContent";
    private static final String MARKUP = "<img src=/x onerror=\"window.ran = 1\">";

    @Test
    void operator_sees_traffic_and_acts_on_it() throws Exception {
        unlock();
        page.await(tile("Connections", "0"));
        try (JdkPeer ann = enter("ann");
                JdkPeer ben = enter("ben")) {
            ann.join("lobby");
            ben.join("lobby");
            page.await(tile("Connections", "2"));
            page.await(tile("Sessions", "2"));
            page.await(tile("Rooms", "1") + " && " + reads("2 present in them"));
            awaitRate(ann);
            exceedBurst(ben);
            view("refusals");
            page.await(reads("Limits that were hit most") + " && " + reads("burst"));
            view("rooms");
            page.fill("#room-id", "lobby");
            press("Show");
            page.await(reads("ann") + " && " + reads("ben"));
            page.fill("#room-message", "the lights go out at ten");
            press("Send");
            press("Send");
            assertThat(ann.next(frame -> "system".equals(frame.getString("userId")), "what the system says")
                            .getString("content"))
                    .isEqualTo("the lights go out at ten");
        }
        banAndLift();
        endSession();
        deleteFiles();
        view("hooks");
        page.await(reads("No hook is configured"));
        view("audit");
        page.await(reads("admin.banned") + " && " + reads("admin.ban.lifted") + " && " + reads("admin.revoked") + " && "
                + reads("admin.uploads.deleted"));
        pictures("audit");
        assertUndisturbed();
    }

    /** What users choose is shown as text (CWE-79). */
    @Test
    void hostile_names_are_inert() throws Exception {
        unlock();
        JsonObject room =
                new JsonObject().put("roomId", "odd").put("name", MARKUP).put("visibility", "public");
        post(node.http("/api/rooms"), node.token("ann", Role.ADMIN, Duration.ofMinutes(5)), room, 201);
        JsonObject ban =
                new JsonObject().put("userId", "eve").put("seconds", 600).put("reason", MARKUP);
        post(node.admin("/admin/bans"), KEY, ban, 201);
        try (RawPeer mallory = RawPeer.to(node.port())) {
            assertThat(mallory.upgrade(
                                    "Sec-WebSocket-Protocol: portcullis.v1, bearer." + node.token("mallory"),
                                    "User-Agent: " + MARKUP)
                            .status())
                    .isEqualTo(101);
            mallory.next("auth_success");
            view("sessions");
            page.fill("#session-user", "mallory");
            press("Show");
            page.await(reads("onerror"));
        }
        view("rooms");
        page.fill("#room-id", "odd");
        press("Show");
        page.await(reads(MARKUP));
        view("bans");
        page.await(reads(MARKUP));
        pictures("bans");
        view("audit");
        page.await(reads(MARKUP));
        assertThat(page.evaluate("document.querySelectorAll('main img, [onerror]').length"))
                .isEqualTo(0);
        assertUndisturbed();
    }

    /** A user who takes the longest id moves no column of the list out of sight, and so no button. */
    @Test
    void longest_names_leave_room_for_the_other_columns() {
        String user = "m".repeat(128);
        String room = "w".repeat(64);
        unlock();
        try (JdkPeer named = JdkPeer.admitted(node.ws(), node.token(user, room))) {
            named.next("auth_success");
            named.join(room);
            for (String[] list : new String[][] {{"users", user}, {"connections", user}, {"rooms", room}}) {
                for (int width : new int[] {1280, 400}) {
                    page.size(width, 860);
                    page.await("innerWidth === " + width);
                    view(list[0]);
                    page.await(reads(list[1]));
                    assertThat(page.evaluate("Math.max(...[...document.querySelectorAll('#view .table')]"
                                    + ".map(each => each.scrollWidth - each.clientWidth))"))
                            .as(list[0] + " at " + width)
                            .isEqualTo(0);
                }
            }
        }
        assertUndisturbed();
    }

    @Test
    void filter_that_is_no_id_is_told_in_place_of_the_list() {
        unlock();
        page.evaluate("location.hash = '#connections?userId=%3Cx%3E'");
        page.await(
                "document.querySelector('#view .empty')?.textContent === 'The server does not accept these values.'");

        assertThat(page.evaluate("document.querySelector('#news').childElementCount"))
                .isEqualTo(0);
        view("users");
        page.await("document.querySelector('#view .table')");
    }

    @Test
    void key_is_in_memory_only_and_a_wrong_one_opens_nothing() throws Exception {
        page.fill("#key", "not the key");
        press("Open");
        page.await("document.querySelector('#key-problem').textContent.includes('not accepted')");
        assertThat(page.evaluate("document.querySelector('#app').hidden")).isEqualTo(true);
        unlock();
        assertThat(page.evaluate("document.documentElement.outerHTML.includes(" + BrowserPage.quoted(KEY)
                        + ") || document.querySelector('#key').value"))
                .isEqualTo("");
        assertThat(page.evaluate("localStorage.length + sessionStorage.length + document.cookie.length"))
                .isEqualTo(0);
        page.reload();
        page.await("!document.querySelector('#login').hidden");
        unlock();
        press("Lock");
        page.await("!document.querySelector('#login').hidden");
        assertThat(page.evaluate("document.querySelector('#view').childElementCount"))
                .isEqualTo(0);
    }

    @Test
    void drain_needs_the_name_of_the_node_and_a_node_that_is_gone_is_told() throws Exception {
        unlock();
        view("nodes");
        press("Drain and stop this node");
        page.await("document.querySelector('dialog button.danger').disabled");
        page.fill("dialog input", "another");
        assertThat(page.evaluate("document.querySelector('dialog button.danger').disabled"))
                .isEqualTo(true);
        page.fill("dialog input", String.valueOf(page.evaluate("document.querySelector('#node').textContent")));
        assertUndisturbed();
        press("Drain and stop");
        page.await("document.querySelector('#news').textContent.includes('drains')");

        node.close();
        page.await("!document.querySelector('#gone').hidden && document.querySelector('#app.stale')");
        assertThat(page.evaluate("document.querySelector('#gone').textContent"))
                .asString()
                .startsWith("The node does not answer since");
        assertThat(page.evaluate("document.querySelector('#state').textContent"))
                .isEqualTo("no answer");
        assertThat(page.problems()).as("calls without an answer").allMatch(each -> each.startsWith("network: "));
    }

    @Test
    void each_view_fits_a_phone_and_has_one_heading() throws Exception {
        unlock();
        try (JdkPeer ann = enter("ann")) {
            ann.join("lobby");
            ann.say("lobby", "hello", "m1");
            page.await(
                    "[...document.querySelectorAll('.readout')].every(each => each.textContent !== 'no points yet')");
            for (String view : new String[] {
                "overview",
                "nodes",
                "rooms",
                "users",
                "connections",
                "sessions",
                "refusals",
                "bans",
                "files",
                "hooks",
                "audit"
            }) {
                view(view);
                pictures(view);
                assertThat(page.evaluate("document.documentElement.scrollWidth - innerWidth"))
                        .as("%s at 390 px", view)
                        .isEqualTo(0);
                assertThat(page.evaluate("document.querySelectorAll('h1').length > 0 && [...document"
                                + ".querySelectorAll('#view input, #view select, #view textarea')].every(each =>"
                                + " each.labels.length > 0 || each.ariaLabel)"))
                        .as("%s has a heading and each field a label", view)
                        .isEqualTo(true);
            }
        }
        assertUndisturbed();
    }

    /** The rate is that of the last seconds, and a slow page may miss them. */
    private void awaitRate(JdkPeer peer) {
        for (int said = 1; page.evaluate(tile("Messages / s", "0")).equals(true); said++) {
            assertThat(said).as("messages without a rate").isLessThan(100);
            peer.say("lobby", "hello", "m" + said);
            page.evaluate("void (window.before = " + POLLED + ")");
            page.await(POLLED + " !== window.before");
        }
    }

    private void banAndLift() {
        view("bans");
        try (JdkPeer eve = enter("eve")) {
            page.fill("#ban-who", "eve");
            page.fill("#ban-reason", "spam");
            press("Ban");
            page.awaitText("dialog h2", "Ban the user eve for 15 minutes?");
            press("Ban");
            assertThat(eve.ended()).isEqualTo(1008);
            page.await(reads("eve") + " && " + reads("spam"));
        }
        press("Lift");
        page.awaitText("dialog h2", "Lift the ban of the user eve?");
        press("Lift the ban");
        page.await(reads("No user and no address is banned."));
        assertThat(Await.until(() -> isLetIn("eve"))).isTrue(); // the edge reads the bans twice a second
    }

    private boolean isLetIn(String user) {
        try (RawPeer peer = RawPeer.to(node.port())) {
            int status =
                    peer.upgrade("Authorization: Bearer " + node.token(user)).status();
            return status == 101 && peer.read().text().contains("auth_success");
        }
    }

    private void endSession() {
        view("sessions");
        try (JdkPeer cleo = enter("cleo")) {
            page.fill("#session-user", "cleo");
            press("Show");
            page.await(reads("Live sessions of cleo"));
            press("End");
            press("End the session");
            assertThat(cleo.ended()).isEqualTo(1008);
            page.await(reads("This user has no live session."));
        }
    }

    private void deleteFiles() throws Exception {
        try (JdkPeer dora = enter("dora")) {
            dora.join("lobby");
            offer(dora, "first.png", 3_072);
            offer(dora, "second.png", 1_024);
            view("files");
            page.await(reads("4 KiB of 10 GiB are held") + " && " + reads("127.0.0.1"));
            press("Show files");
            page.await(reads("first.png") + " && " + reads("second.png") + " && " + reads("room lobby"));
            pictures("files");
            press("Delete");
            press("Delete the file");
            page.await(reads("second.png") + " && !" + reads("first.png"));
            press("Delete all files of this user …");
            page.fill("dialog input", "dora");
            press("Delete all");
            page.await(reads("This user holds no file."));
        }
    }

    private static void offer(JdkPeer peer, String name, int size) {
        peer.send(new JsonObject()
                .put("type", "file_upload")
                .put("roomId", "lobby")
                .put("name", name)
                .put("size", size)
                .put("mime", "image/png"));
        peer.next("upload_ticket");
    }

    private static void exceedBurst(JdkPeer peer) {
        for (int i = 0; i < 30; i++) {
            peer.send(new JsonObject()
                    .put("type", "history")
                    .put("roomId", "lobby")
                    .put("id", "h" + i));
        }
        peer.next("rate_limited");
    }

    private static void post(URI to, String token, JsonObject body, int status) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(to)
                .timeout(Duration.ofSeconds(30))
                .headers("Authorization", "Bearer " + token, "Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body.encode()))
                .build();
        assertThat(HttpClient.newHttpClient()
                        .send(request, BodyHandlers.ofString())
                        .statusCode())
                .isEqualTo(status);
    }

    private static String tile(String name, String value) {
        return "[...document.querySelectorAll('.tile')].find(each => each.children[0].textContent === '" + name
                + "')?.children[1].textContent === '" + value + "'";
    }
}
