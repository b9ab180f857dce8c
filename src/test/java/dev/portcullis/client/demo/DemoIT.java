package dev.portcullis.client.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.portcullis.auth.factor.FactorCodes;
import dev.portcullis.kit.Await;
import dev.portcullis.kit.ChatPeer;
import dev.portcullis.kit.TestNode;
import dev.portcullis.kit.browser.BrowserPage;
import dev.portcullis.kit.browser.Chromium;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The demo chat in a real browser, as people use it. No page of it may leave an error or a violation of its policy. */
@ExtendWith(VertxExtension.class)
class DemoIT {
    private static final String TEXT = ".message .text";
    private static final String HAPPENED = "#panel-happened .event";

    @TempDir
    static Path profile;

    @AutoClose
    private static Chromium browser;

    @TempDir
    Path folder;

    @BeforeAll
    static void start() throws Exception {
        browser = new Chromium(profile);
    }

    @Test
    void users_talk_reply_edit_and_delete(Vertx vertx) throws Exception {
        try (DemoStage stage = new DemoStage(vertx, browser, folder)) {
            BrowserPage ann = stage.registered("Ann");
            BrowserPage ben = stage.registered("Ben");
            DemoStage.say(ann, "Hello <b>Ben</b>, a < b & \"c\"");
            ben.awaitText(TEXT, "Hello Ben, a < b & \"c\"");
            ben.await("document.querySelector('.message .text b').textContent === 'Ben'");
            ann.await("document.querySelector('.message .readers') !== null");

            ben.click("#say");
            ben.type("Yes?");
            ann.awaitText(".typing", "is typing");
            ben.press("Enter");
            ann.awaitText(TEXT, "Yes?");

            act(ben, "Hello Ben", "Reply");
            ben.awaitText(".about", "Ann");
            ben.type("Hello Ann");
            ben.press("Enter");
            ann.awaitText(".message .quote", "AnnHello Ben");
            ann.awaitText(".person", "Ben");
            awaitSent(ben, 3);

            ben.press("ArrowUp");
            ben.awaitText(".about", "Edit message");
            ben.fill("#say", "Hello again");
            ben.press("Enter");
            ann.awaitText(TEXT, "Hello again (edited)");
            ben.awaitText(TEXT, "Hello again (edited)");
            ben.press("ArrowUp");
            ben.awaitText(".about", "Edit message");
            ben.press("Escape");
            ben.await("document.querySelector('#say').value === '' && document.querySelector('.about').hidden");

            act(ben, "Hello again", "Delete");
            ann.awaitText(".text.gone", "This message was deleted.");
            ann.awaitNoText(TEXT, "Hello again");
            ann.await("document.querySelectorAll('.message').length === 3");
            ann.go(stage.url());
            ann.awaitText(".text.gone", "This message was deleted.");
            ann.awaitNoText(".message", "Deleted user");
            assertClean(ann, ben);
        }
    }

    @Test
    void message_ends_by_itself_for_all_who_see_it(Vertx vertx) throws Exception {
        try (DemoStage stage = new DemoStage(vertx, browser, folder)) {
            BrowserPage ann = stage.registered("Ann");
            BrowserPage ben = stage.registered("Ben");
            ann.evaluate("{ const choice = document.querySelector('.ends-choice'); choice.value = '10000';"
                    + " choice.dispatchEvent(new Event('change')); }");
            DemoStage.say(ann, "Gone soon");
            ben.awaitText(TEXT, "Gone soon");
            ben.awaitText(".ends", "ends in ");
            ben.awaitText(".text.gone", "This message has ended");
            ann.awaitText(".text.gone", "This message has ended");
            ann.awaitNoText(TEXT, "Gone soon");
            ann.evaluate("{ const choice = document.querySelector('.ends-choice'); choice.value = '';"
                    + " choice.dispatchEvent(new Event('change')); }");
            DemoStage.say(ann, "Stays");
            ben.awaitText(TEXT, "Stays");
            assertThat(ben.count(".ends")).isZero();
            assertClean(ann, ben);
        }
    }

    /** Both pages were asked to show it: one has it open, the other among what it found. */
    @Test
    void message_ends_on_pages_that_the_server_can_not_reach(Vertx vertx) throws Exception {
        try (DemoStage stage = new DemoStage(vertx, browser, folder, TestNode.GENEROUS.toArray(String[]::new));
                ChatPeer cem = stage.peer("cem", "Cem")) {
            cem.join("lobby");
            BrowserPage ann = stage.registered("Ann");
            BrowserPage ben = stage.registered("Ben");
            JsonObject chat = new JsonObject()
                    .put("type", "chat")
                    .put("roomId", "lobby")
                    .put("content", "Gone soon")
                    .put("expiresInMs", 20_000)
                    .put("id", "m1");
            assertThat(cem.ask(chat).getString("type")).isEqualTo("ack");
            ann.awaitText(TEXT, "Gone soon");
            ben.awaitText(TEXT, "Gone soon");
            ben.click("[aria-label='Search']");
            ben.fill("dialog [name=query]", "gone");
            ben.await(
                    "document.querySelector('.found-message') !== null || (document.querySelector('dialog .primary').click(), false)");
            stage.dropConnections();
            ann.awaitText(".text.gone", "This message has ended");
            ben.await("document.querySelector('.found-message') === null");
            ben.awaitNoText("body", "Gone soon");
            ann.awaitNoText("body", "Gone soon");
        }
    }

    @Test
    void search_leads_to_the_message_where_it_was_written_and_back_to_the_newest(Vertx vertx) throws Exception {
        try (DemoStage stage = new DemoStage(vertx, browser, folder, TestNode.GENEROUS.toArray(String[]::new));
                ChatPeer cem = stage.peer("cem", "Cem")) {
            cem.join("lobby");
            for (int i = 0; i < 150; i++) {
                assertThat(cem.say("lobby", i == 30 ? "A Café in the haystack" : "hay " + i, "m" + i)
                                .getString("type"))
                        .isEqualTo("ack");
            }
            BrowserPage ann = stage.registered("Ann");
            ann.awaitText(TEXT, "hay 149");
            ann.awaitNoText(TEXT, "haystack");
            ann.click("[aria-label='Search']");
            ann.fill("dialog [name=query]", "CAFE haystack");
            ann.press("Enter");
            ann.awaitText(".found mark", "Café");
            ann.awaitText(".found-text", "A Café in the haystack");
            ann.click(".found-message", "haystack");
            ann.awaitText(TEXT, "A Café in the haystack");
            ann.awaitText(TEXT, "hay 31");
            ann.awaitNoText(TEXT, "hay 149");
            cem.say("lobby", "while you look", "m150");
            ann.awaitText(".jump:not([hidden])", "");
            ann.awaitNoText(TEXT, "while you look");
            ann.click("[aria-label='To the newest message']");
            ann.awaitText(TEXT, "while you look");
            ann.awaitText(TEXT, "hay 149");
            assertClean(ann);
        }
    }

    @Test
    void reload_logs_in_again_and_logout_leaves_nothing(Vertx vertx) throws Exception {
        try (DemoStage stage = new DemoStage(vertx, browser, folder)) {
            BrowserPage ann = stage.registered("Ann");
            DemoStage.say(ann, "Before the reload");
            awaitSent(ann, 1);
            ann.reload();
            ann.awaitText(".status.open", "Connected");
            ann.awaitText(TEXT, "Before the reload");
            ann.awaitText(".account-name", "Ann");
            assertThat(ann.evaluate("document.cookie")).isEqualTo("");
            assertThat((String) ann.evaluate("JSON.stringify(localStorage) + JSON.stringify(sessionStorage)"))
                    .contains("lobby")
                    .doesNotContain("Before", "eyJ");

            ann.click(".account");
            ann.click("dialog button", "Log out");
            ann.awaitText("[role=tab][aria-selected=true]", "Log in");
            assertThat(ann.evaluate("JSON.stringify(localStorage) + JSON.stringify(sessionStorage)"))
                    .isEqualTo("{}{}");
            ann.fill("[name=email]", "ann@example.org");
            ann.fill("[name=password]", DemoStage.PASSWORD);
            DemoStage.enter(ann);
            assertClean(ann);
        }
    }

    @Test
    void logout_in_one_window_leaves_nothing_that_another_one_stores(Vertx vertx) throws Exception {
        try (DemoStage stage = new DemoStage(vertx, browser, folder)) {
            BrowserPage ann = stage.registered("Ann");
            DemoStage.say(ann, "Stored beside this");
            awaitSent(ann, 1);
            ann.evaluate("void (window.other = window.open(location.href))");
            ann.await("window.other.document.querySelector('.status.open') !== null");
            ann.evaluate("window.other.document.querySelector('.account').click()");
            ann.await("[...window.other.document.querySelectorAll('dialog button')]"
                    + ".find(({ textContent }) => textContent === 'Log out')?.click() === undefined"
                    + " && window.other.document.querySelector('.account') === null");
            ann.awaitText("[role=tab][aria-selected=true]", "Log in");
            ann.await("JSON.stringify(localStorage) === '{}'");
        }
    }

    @Test
    void user_sees_the_own_logins_ends_one_and_deletes_the_account(Vertx vertx) throws Exception {
        try (DemoStage stage = new DemoStage(vertx, browser, folder)) {
            BrowserPage ann = stage.registered("Ann");
            BrowserPage other = stage.page();
            other.fill("[name=email]", "ann@example.org");
            other.fill("[name=password]", DemoStage.PASSWORD);
            DemoStage.enter(other);
            DemoStage.say(ann, "I was here");
            awaitSent(ann, 1);

            ann.click(".account");
            ann.click("dialog button", "Your logins");
            ann.awaitText(".own-login", "This login");
            ann.await("document.querySelectorAll('.own-login').length === 2");
            ann.click(".own-login button", "End");
            other.awaitText(".notice", "You were logged out.");
            ann.await("document.querySelectorAll('.own-login').length === 1");
            ann.press("Escape");

            ann.click(".account");
            ann.click("dialog button", "Delete account");
            ann.fill("dialog [name=password]", "Wrong-Horse-7x");
            ann.press("Enter");
            ann.awaitText("dialog .problem", "The e-mail address or the password is wrong.");
            ann.forgetProblems();
            ann.fill("dialog [name=password]", DemoStage.PASSWORD);
            ann.press("Enter");
            ann.awaitText(".notice", "Your account is deleted.");
            BrowserPage ben = stage.registered("Ben");
            ben.awaitText(TEXT, "I was here");
            ben.awaitText(".message", "Deleted user");
            assertThat(ann.evaluate("JSON.stringify(localStorage) + JSON.stringify(sessionStorage)"))
                    .isEqualTo("{}{}");
        }
    }

    @Test
    void user_adds_a_second_factor_logs_in_with_a_recovery_code_and_removes_it(Vertx vertx) throws Exception {
        try (DemoStage stage = new DemoStage(vertx, browser, folder)) {
            BrowserPage ann = stage.registered("Ann");
            ann.click(".account");
            ann.click("dialog button", "Second factor");
            ann.fill("dialog [name=password]", DemoStage.PASSWORD);
            ann.press("Enter");
            ann.await("document.querySelector('.totp-secret') !== null");
            String secret = (String) ann.evaluate("document.querySelector('.totp-secret').textContent");
            ann.fill("dialog [name=code]", FactorCodes.codeOf(secret, System.currentTimeMillis()));
            ann.press("Enter");
            ann.await("document.querySelectorAll('.recovery-codes code').length === 10");
            String recovery = (String) ann.evaluate("document.querySelector('.recovery-codes code').textContent");
            String other = (String) ann.evaluate("document.querySelectorAll('.recovery-codes code')[1].textContent");

            BrowserPage phone = stage.page();
            phone.fill("[name=email]", "ann@example.org");
            phone.fill("[name=password]", DemoStage.PASSWORD);
            phone.press("Enter");
            phone.awaitText(".problem", "Enter the code that your authenticator app shows");
            phone.await("document.activeElement.name === 'code'");
            phone.forgetProblems();
            phone.fill("[name=code]", recovery);
            DemoStage.enter(phone);

            phone.click(".account");
            phone.click("dialog button", "Second factor");
            phone.awaitText(".second-factor", "9 recovery codes");
            phone.fill("dialog [name=password]", DemoStage.PASSWORD);
            phone.fill("dialog [name=code]", other);
            phone.press("Enter");
            phone.awaitText(".second-factor", "a stolen password alone opens nothing");
            assertClean(ann, phone);
        }
    }

    @Test
    void refused_registration_says_what_is_wrong_and_goes_to_its_field(Vertx vertx) throws Exception {
        try (DemoStage stage = new DemoStage(vertx, browser, folder)) {
            BrowserPage page = stage.page();
            page.click("[role=tab]", "Create account");
            page.fill("[name=username]", "Ann");
            page.fill("[name=email]", "ann@example.org");
            page.fill("[name=password]", "short");
            page.press("Enter");
            page.awaitText(".problem", "The password needs at least 8 characters");
            page.await("document.activeElement.name === 'password'");
        }
    }

    @Test
    void page_ends_and_drops_what_waits_when_another_user_has_logged_in_in_the_browser(Vertx vertx) throws Exception {
        try (DemoStage stage = new DemoStage(vertx, browser, folder);
                ChatPeer witness = stage.peer("witness", "Witness")) {
            witness.join("lobby");
            BrowserPage ann = stage.registered("Ann");
            DemoStage.registerBeside(ann, "Ben");
            stage.dropConnections();
            ann.awaitText(".status.waiting, .status.connecting", "ing");
            DemoStage.say(ann, "said as Ann");
            ann.awaitText(".message.sending", "said as Ann");
            ann.evaluate("{ const now = Date.now; Date.now = () => now() + 3_600_000; }"); // her access token is over
            stage.reconnect();
            ann.awaitText(".notice", "Another user signed in in this browser");
            ann.await("document.querySelector('[name=password]') !== null");
            witness.say("lobby", "after it", "w1");
            assertThat(witness.next("chat").getString("content")).isEqualTo("after it");
        }
    }

    @Test
    void logout_leaves_the_login_that_another_user_began_in_the_browser(Vertx vertx) throws Exception {
        try (DemoStage stage = new DemoStage(vertx, browser, folder)) {
            BrowserPage ann = stage.registered("Ann");
            DemoStage.registerBeside(ann, "Ben");
            ann.click(".account");
            ann.click("dialog button", "Log out");
            ann.awaitText(".notice", "You are logged out.");
            assertThat(ann.evaluate("fetch('/api/auth/refresh', { method: 'POST', body: '{}', headers:"
                            + " { 'Content-Type': 'application/json' } }).then((answer) => answer.json())"
                            + ".then(({ user }) => user?.username)"))
                    .isEqualTo("Ben");
            assertClean(ann);
        }
    }

    @Test
    void logout_that_the_server_did_not_hear_of_is_said_and_made_up_for(Vertx vertx) throws Exception {
        try (DemoStage stage = new DemoStage(vertx, browser, folder)) {
            BrowserPage ann = stage.registered("Ann");
            stage.dropConnections();
            ann.click(".account");
            ann.click("dialog button", "Log out");
            ann.awaitText("main", "You are not logged out yet");
            ann.click("button", "Try again");
            ann.awaitText("main", "You are not logged out yet");
            stage.reconnect();
            ann.go(stage.url());
            ann.awaitText(".notice", "You are logged out.");
            assertThat(ann.evaluate("fetch('/api/auth/refresh', { method: 'POST', body: '{}', headers:"
                            + " { 'Content-Type': 'application/json' } }).then(({ status }) => status)"))
                    .as("the cookie is good for nothing")
                    .isEqualTo(401);
        }
    }

    @Test
    void link_to_a_room_shows_the_user_to_others_only_when_they_join(Vertx vertx) throws Exception {
        try (DemoStage stage = new DemoStage(vertx, browser, folder);
                ChatPeer cem = stage.peer("cem", "Cem")) {
            BrowserPage ann = stage.registered("Ann");
            BrowserPage ben = stage.registered("Ben");
            ann.click("[aria-label='Create a room']");
            ann.fill("[name=name]", "Garden");
            ann.click("dialog .primary", "Create");
            ann.awaitText(".titles h1", "Garden");
            ann.awaitText(".subtitle", "1 person here");
            String garden = (String) ann.evaluate("location.hash");
            ben.evaluate("void (location.hash = '" + garden + "')");
            ben.awaitText(".outside", "You are not in this room");
            ben.await("document.querySelector('#say').disabled");
            ben.awaitText(".outside button", "Join Garden");
            cem.join(garden.substring("#room/".length()));
            ann.awaitText(".subtitle", "2 people here");
            ben.click(".conversation", "lobby");
            ben.awaitNoText(".conversation", "Garden");
            ben.evaluate("void (location.hash = '" + garden + "')");
            ben.click(".outside button", "Join Garden");
            ann.awaitText(".subtitle", "3 people here");
            DemoStage.say(ben, "Hello");
            ann.awaitText(TEXT, "Hello");
            assertClean(ann, ben);
        }
    }

    @Test
    void link_to_a_user_makes_a_conversation_when_something_is_written(Vertx vertx) throws Exception {
        try (DemoStage stage = new DemoStage(vertx, browser, folder)) {
            BrowserPage ann = stage.registered("Ann");
            ann.evaluate("void (location.hash = '#user/stranger')");
            ann.awaitText(".first", "You and stranger have not written to each other");
            ann.click(".conversation", "lobby");
            ann.awaitText(".titles h1", "lobby");
            ann.awaitNoText(".conversation", "stranger");
            ann.evaluate("void (location.hash = '#user/stranger')");
            ann.awaitText(".titles h1", "stranger");
            DemoStage.say(ann, "Hello");
            awaitSent(ann, 1);
            ann.reload();
            ann.awaitText(".titles h1", "stranger");
            ann.click(".conversation", "lobby");
            ann.awaitText(".titles h1", "lobby");
            ann.awaitText(".conversation", "stranger");
            assertClean(ann);
        }
    }

    @Test
    void user_who_has_left_all_rooms_is_in_none_after_a_reload(Vertx vertx) throws Exception {
        try (DemoStage stage = new DemoStage(vertx, browser, folder)) {
            BrowserPage ann = stage.registered("Ann");
            ann.click("[aria-label='About this room']");
            ann.click("dialog button", "Leave the room");
            ann.awaitText(".begin", "Nothing is open");
            ann.reload();
            ann.awaitText(".begin", "Nothing is open");
            assertThat(ann.count(".conversation")).isZero();
            assertClean(ann);
        }
    }

    @Test
    void invitations_are_shown_until_they_are_accepted_or_declined(Vertx vertx) throws Exception {
        try (DemoStage stage = new DemoStage(vertx, browser, folder, "rooms.adding=invite")) {
            stage.invite("carl", "Tea", "dora");
            BrowserPage dora = stage.page();
            dora.click("[role=tab]", "Use a token");
            dora.fill("[name=token]", stage.token("dora", "Dora"));
            dora.click(".primary", "Connect");
            dora.awaitText(".status.open", "Connected");
            dora.awaitText(".invitation", "Tea");
            stage.invite("carl", "Coffee", "dora");
            dora.awaitText(".invitation", "Coffee");
            dora.await("[...document.querySelectorAll('" + HAPPENED + "')]"
                    + ".some(({ textContent }) => textContent.includes('invites you to Coffee'))");

            dora.click("[aria-label='Accept the invitation to Tea']");
            dora.awaitText(".titles h1", "Tea");
            dora.awaitNoText(".invitation", "Tea");
            DemoStage.say(dora, "I am here");
            awaitSent(dora, 1);
            dora.click("[aria-label='Decline the invitation to Coffee']");
            dora.await("document.querySelector('.invitation') === null");
            dora.awaitNoText(".conversation", "Coffee");
            assertClean(dora);
        }
    }

    @Test
    void page_of_an_origin_that_is_not_allowed_says_so(Vertx vertx) throws Exception {
        try (DemoStage stage = new DemoStage(vertx, browser, folder, "origin.allowed=[\"https://other.example\"]")) {
            BrowserPage page = stage.page();
            page.fill("[name=email]", "ann@example.org");
            page.fill("[name=password]", DemoStage.PASSWORD);
            page.press("Enter");
            page.awaitText(".problem", "origin.allowed");
            page.click("[role=tab]", "Use a token");
            page.fill("[name=token]", stage.token("dora", "Dora"));
            page.click(".primary", "Connect");
            page.awaitText(".starting", "origin.allowed");
        }
    }

    @Test
    void first_connection_that_fails_says_why_and_goes_on_trying(Vertx vertx) throws Exception {
        try (DemoStage stage = new DemoStage(vertx, browser, folder)) {
            BrowserPage page = stage.page();
            page.click("[role=tab]", "Use a token");
            page.fill("[name=token]", stage.token("dora", "Dora"));
            stage.dropConnections();
            page.click(".primary", "Connect");
            page.awaitText(".starting", "The server can't be reached right now");
            stage.reconnect();
            page.awaitText(".status.open", "Connected");
        }
    }

    @Test
    void page_whose_scripts_do_not_load_is_not_blank() throws Exception {
        HttpServer half = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        half.createContext("/", exchange -> {
            try (exchange) {
                boolean isPage = exchange.getRequestURI().getPath().equals("/");
                byte[] html = Files.readAllBytes(Path.of("src/main/resources/webroot/demo/index.html"));
                exchange.getResponseHeaders().add("Content-Type", "text/html; charset=utf-8");
                exchange.sendResponseHeaders(isPage ? 200 : 404, isPage ? html.length : -1);
                exchange.getResponseBody().write(html, 0, isPage ? html.length : 0);
            }
        });
        half.start();
        BrowserPage page = browser.open("http://localhost:" + half.getAddress().getPort() + "/");
        page.awaitText("#root", "The chat does not start");
        page.close();
        half.stop(0);
    }

    @Test
    void killed_server_costs_no_message_and_repeats_none(Vertx vertx) throws Exception {
        try (DemoStage stage = new DemoStage(vertx, browser, folder)) {
            BrowserPage ann = stage.registered("Ann");
            BrowserPage ben = stage.registered("Ben");
            DemoStage.say(ann, "one");
            ben.awaitText(TEXT, "one");
            ben.click(".status");

            stage.kill();
            ben.awaitText(HAPPENED, "The connection was lost");
            ben.awaitText(".status.waiting, .status.connecting", "ing");
            DemoStage.say(ann, "said while it was away");
            ann.awaitText(".message.sending", "said while it was away");
            stage.startUnreachable();
            try (ChatPeer cem = stage.peer("cem", "Cem")) {
                cem.join("lobby");
                for (String text : List.of("two", "three", "four")) {
                    assertThat(cem.say("lobby", text, "id-" + text).getString("type"))
                            .isEqualTo("ack");
                }
            }
            stage.reconnect();

            ben.awaitText(HAPPENED, "missed messages recovered");
            ben.awaitText(TEXT, "said while it was away");
            ann.awaitText(TEXT, "four");
            ann.await("document.querySelector('.message.sending') === null");
            for (BrowserPage page : List.of(ann, ben)) {
                page.awaitText(".status.open", "Connected");
                assertThat(texts(page)).isEqualTo("one|two|three|four|said while it was away");
                assertThat(page.problems())
                        .allMatch(problem -> problem.startsWith("network: ") || problem.contains("WebSocket"));
            }
        }
    }

    @Test
    void planned_restart_is_told_before_it(Vertx vertx) throws Exception {
        try (DemoStage stage = new DemoStage(vertx, browser, folder, "drain.windowMs=1000")) {
            BrowserPage ann = stage.registered("Ann");
            ann.click(".status");
            stage.stop();
            ann.awaitText(HAPPENED, "The server is about to restart");
            ann.awaitText(HAPPENED, "close code 1012");
            stage.startUnreachable();
            stage.reconnect();
            ann.awaitText(HAPPENED, "Resumed, nothing was missed");
            ann.awaitText(HAPPENED, "Back after");
        }
    }

    @Test
    void direct_message_waits_with_a_badge_for_a_user_who_is_away(Vertx vertx) throws Exception {
        try (DemoStage stage = new DemoStage(vertx, browser, folder)) {
            BrowserPage ann = stage.registered("Ann");
            BrowserPage ben = stage.registered("Ben");
            DemoStage.say(ben, "Bye for now");
            ann.awaitText(".person", "Ben");
            ben.close();
            ann.awaitNoText(".person:has(.dot.online)", "Ben");
            ann.click(".author", "Ben");
            ann.click("dialog button", "Write a direct message");
            ann.awaitText(".titles h1", "Ben");
            ann.awaitText(".subtitle", "Away");
            DemoStage.say(ann, "Are you there?");
            DemoStage.say(ann, "Write when you are back");
            awaitSent(ann, 2);

            BrowserPage back = stage.page();
            back.fill("[name=email]", "ben@example.org");
            back.fill("[name=password]", DemoStage.PASSWORD);
            DemoStage.enter(back);
            back.awaitText(".conversation .badge.strong", "2 unread");
            back.await("document.title === '(2) Portcullis chat'");
            back.click(".conversation", "Ann");
            back.awaitText(TEXT, "Write when you are back");
            back.awaitText(".divider.new", "New");
            back.await(
                    "document.querySelector('.conversation .badge') === null && document.title === 'Portcullis chat'");
            DemoStage.say(back, "Now I am");
            ann.awaitText(TEXT, "Now I am");
            ann.awaitText(".subtitle", "Here now");
            assertClean(ann, back);
        }
    }

    @Test
    void limit_counts_down_and_the_message_is_sent_after_it(Vertx vertx) throws Exception {
        try (DemoStage stage = new DemoStage(
                vertx,
                browser,
                folder,
                "ratelimit.user.burst=10",
                "ratelimit.user.minute=1000",
                "ratelimit.connection.minute=1000",
                "ratelimit.blocks.burstMs=20000")) {
            BrowserPage page = stage.page();
            page.click("[role=tab]", "Use a token");
            page.fill("[name=token]", stage.token("dora", "Dora"));
            page.click(".primary", "Connect");
            page.awaitText(".titles h1", "lobby");
            page.await("document.querySelector('.scroller .first') !== null");
            // Its last call: a later one would meet the limit too.
            page.await(
                    "performance.getEntriesByType('resource').some(({ name }) => name.endsWith('/api/rooms/lobby'))");
            page.click(".status");
            page.click("#say");
            page.type("Patience"); // it is sent while the limit lasts, however slow the machine is
            try (ChatPeer other = stage.peer("dora", "Dora")) {
                for (int i = 0; i < 30; i++) {
                    other.send(new JsonObject()
                            .put("type", "presence")
                            .put("roomId", "lobby")
                            .put("id", "p" + i));
                }
                other.next("rate_limited");
            }
            page.press("Enter");
            page.awaitText(HAPPENED, "Too many messages in a second");
            page.await(
                    "/Sending and reading go on in [0-9]+ s/.test(document.querySelector('.event-wait').textContent)");
            page.awaitText(".waiting", "Slow mode: 1 message goes out in");
            page.awaitText("[aria-live]", "A limit was reached");
            page.awaitText(".event-wait.over", "Sending and reading go on");
            awaitSent(page, 1);
            assertThat(texts(page)).isEqualTo("Patience");
            assertClean(page);
        }
    }

    @Test
    void owner_mutes_deletes_and_removes(Vertx vertx) throws Exception {
        try (DemoStage stage = new DemoStage(vertx, browser, folder)) {
            BrowserPage ann = stage.registered("Ann");
            BrowserPage ben = stage.registered("Ben");
            DemoStage.say(ben, "Hello");
            ann.awaitText(TEXT, "Hello");
            ann.click("[aria-label='Create a room']");
            ann.fill("[name=name]", "Garden & friends");
            ann.click("dialog .primary", "Create");
            ann.awaitText(".titles h1", "Garden & friends");
            ben.click("[aria-label='Browse rooms']");
            ben.click("dialog button[aria-label='Join Garden & friends']");
            ben.awaitText(".titles h1", "Garden & friends");
            DemoStage.say(ben, "Nonsense");
            ann.awaitText(TEXT, "Nonsense");

            act(ann, "Nonsense", "Delete");
            ben.awaitText(".text.gone", "This message was deleted by Guest");

            ann.click(".person", "Ben");
            ann.click("dialog button", "Mute for 10 minutes");
            ann.awaitText(".toast", "Ben is muted");
            DemoStage.say(ben, "More");
            ben.awaitText(".failed-line", "You are muted in this room for now.");
            ben.click(".status");
            ben.awaitText(HAPPENED, "Refused: forbidden");
            ben.awaitText(HAPPENED, "requestId");
            ben.click(".failed-line button", "Discard");

            ann.click(".person", "Ben");
            ann.fill("dialog [name=reason]", "Not <b>here</b>");
            ann.click("dialog .primary", "Remove from the room");
            ben.awaitText(".outside", "You were removed from this room: Not ");
            ben.await("document.querySelector('#say').disabled");
            ann.awaitText(".divider.removal", "Ben is no longer in the room");
            ann.awaitNoText(".person", "Ben");
            assertClean(ann, ben);
        }
    }

    @Test
    void file_is_uploaded_shown_and_downloaded(Vertx vertx) throws Exception {
        try (DemoStage stage = new DemoStage(vertx, browser, folder)) {
            BrowserPage ann = stage.registered("Ann");
            BrowserPage ben = stage.registered("Ben");
            ann.evaluate("""
                    (async () => {
                      const canvas = Object.assign(document.createElement("canvas"), { width: 640, height: 400 });
                      const paint = canvas.getContext("2d");
                      paint.fillStyle = "teal";
                      paint.fillRect(0, 0, 640, 400);
                      const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
                      const files = new DataTransfer();
                      files.items.add(new File([blob], "plan.png", { type: "image/png" }));
                      files.items.add(new File(["words, words"], "notes.txt", { type: "text/plain" }));
                      files.items.add(new File(["<svg/>"], "bad.svg", { type: "image/svg+xml" }));
                      files.items.add(new File([], "empty.txt", { type: "text/plain" }));
                      const input = document.querySelector("input[type=file]");
                      input.files = files.files;
                      input.dispatchEvent(new Event("change"));
                    })()
                    """);
            ann.awaitText(".toast.bad", "empty.txt: The file is empty.");
            ann.awaitText(".toast.bad", "bad.svg: Files of this type are not taken.");
            ann.await(
                    "document.querySelectorAll('.chip').length === 2 && !document.querySelector('.chip progress:not([hidden])')");
            DemoStage.say(ann, "The plan");
            ben.awaitText(".picture .file-name", "plan.png");
            ben.await("document.querySelector('.preview')?.naturalWidth === 640");
            ben.awaitText(".file .file-size", "12 B");
            Path downloads = Files.createDirectory(folder.resolve("downloads"));
            ben.downloadTo(downloads);
            ben.click(".file", "notes.txt");
            assertThat(Await.until(() -> isWritten(downloads.resolve("notes.txt"))))
                    .isTrue();
            assertThat(Files.readString(downloads.resolve("notes.txt"))).isEqualTo("words, words");
            assertClean(ben);
        }
    }

    @Test
    void files_with_long_names_are_sent_without_a_text(Vertx vertx) throws Exception {
        try (DemoStage stage = new DemoStage(vertx, browser, folder)) {
            BrowserPage ann = stage.registered("Ann");
            ann.evaluate("""
                    {
                      const files = new DataTransfer();
                      for (const number of [1, 2, 3, 4, 5]) {
                        const name = `${"a long name ".repeat(20)}${number}.txt`;
                        files.items.add(new File(["words"], name, { type: "text/plain" }));
                      }
                      const input = document.querySelector("input[type=file]");
                      input.files = files.files;
                      input.dispatchEvent(new Event("change"));
                    }
                    """);
            ann.await(
                    "document.querySelectorAll('.chip').length === 5 && !document.querySelector('.chip progress:not([hidden])')");
            ann.click("#say");
            ann.press("Enter");
            awaitSent(ann, 1);
            ann.await("document.querySelectorAll('.message .file').length === 5");
            assertThat(ann.count(".failed-line")).isZero();
            assertClean(ann);
        }
    }

    @Test
    void registration_asks_for_an_invitation_where_one_is_needed(Vertx vertx) throws Exception {
        try (DemoStage stage = new DemoStage(vertx, browser, folder, "accounts.registration=invited")) {
            BrowserPage page = stage.page();
            page.click("[role=tab]", "Create account");
            page.fill("[name=username]", "Ann");
            page.fill("[name=email]", "ann@example.org");
            page.fill("[name=password]", DemoStage.PASSWORD);
            page.fill("[name=invitation]", "short");
            page.press("Enter");
            page.awaitText(".problem", "This invitation is not complete.");
            page.await("document.activeElement.name === 'invitation'");
            page.fill("[name=invitation]", "A".repeat(43));
            page.press("Enter");
            page.awaitText(".problem", "This invitation is not good, or was used already.");
            page.forgetProblems();
            page.fill("[name=invitation]", stage.invitation());
            DemoStage.enter(page);
            assertClean(page);
        }
    }

    @Test
    void there_is_no_registration_where_it_is_closed(Vertx vertx) throws Exception {
        try (DemoStage stage = new DemoStage(vertx, browser, folder, "accounts.registration=closed")) {
            BrowserPage page = stage.page();
            page.awaitText("[role=tab]", "Log in");
            assertThat(page.evaluate("document.querySelectorAll('[role=tab]').length"))
                    .isEqualTo(2);
            assertClean(page);
        }
    }

    @Test
    void token_of_another_login_is_asked_for_where_accounts_are_off(Vertx vertx) throws Exception {
        try (DemoStage stage = new DemoStage(vertx, browser, folder, "accounts.enabled=false")) {
            BrowserPage page = stage.page();
            page.await(
                    "document.querySelector('[name=token]') !== null && document.querySelector('[name=password]') === null");
            page.fill("[name=token]", "not.a.token");
            page.click(".primary", "Connect");
            page.awaitText(".notice", "The server refused the token: invalid token.");
            page.forgetProblems();
            page.fill("[name=token]", stage.token("eva", "Eva & Co"));
            page.click(".primary", "Connect");
            page.awaitText(".account-name", "Eva & Co");
            assertClean(page);
        }
    }

    @Test
    void page_is_used_by_keyboard_and_has_one_voice(Vertx vertx) throws Exception {
        try (DemoStage stage = new DemoStage(vertx, browser, folder);
                ChatPeer ben = stage.peer("ben", "Ben")) {
            ben.join("lobby");
            BrowserPage ann = stage.registered("Ann");
            DemoStage.say(ann, "First");
            awaitSent(ann, 1);
            ben.say("lobby", "Second", "b1");
            ann.awaitText(TEXT, "Second"); // what came before it is drawn for the last time
            assertThat(ann.count("[aria-live], [role=log], [role=alert]:not([hidden])"))
                    .isEqualTo(1);
            ann.evaluate("document.querySelector('.message[tabindex=\"0\"]').focus()");
            ann.press("ArrowUp");
            ann.await(
                    "document.activeElement.matches('.message') && document.activeElement.textContent.includes('First')");
            ann.press("Tab");
            ann.press("Tab");
            ann.await("document.activeElement.getAttribute('aria-label') === 'Reply'");
            ann.await("getComputedStyle(document.activeElement).outlineStyle === 'solid'");
            ann.size(390, 844);
            ann.await("document.getElementById('root').dataset.right === undefined");
            ann.await("getComputedStyle(document.querySelector('.sidebar')).visibility === 'hidden'");
            ann.click("[aria-label='Rooms and people']");
            ann.await("document.activeElement.closest('.sidebar') !== null");
            ann.press("Escape");
            ann.await("getComputedStyle(document.querySelector('.sidebar')).visibility === 'hidden'");
            ann.await("document.activeElement.getAttribute('aria-label') === 'Rooms and people'");
            assertThat(ann.evaluate("[...document.querySelectorAll('button, a, input:not([type=file]), textarea')]"
                            + ".filter(each => !(each.getAttribute('aria-label') ?? each.textContent).trim()).length"))
                    .as("controls without a name")
                    .isEqualTo(0);
            ann.size(1000, 320);
            // Until the page has drawn its new size it goes back to the end.
            ann.await("(document.querySelector('.scroller').scrollTop = 0) || !document.querySelector('.jump').hidden");
            ann.click("[aria-label='To the newest message']");
            ann.await("document.querySelector('.jump').hidden");
            assertClean(ann);
        }
    }

    @Test
    void demo_is_absent_where_pages_are_off() throws Exception {
        try (TestNode node = TestNode.start("http.pages=false")) {
            HttpResponse<String> answer = HttpClient.newHttpClient()
                    .send(HttpRequest.newBuilder(node.http("/")).build(), HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).isEqualTo(404);
        }
    }

    /** The page shows so many messages, and none of them is still on its way. */
    private static void awaitSent(BrowserPage page, int messages) {
        page.await("document.querySelectorAll('.message').length === " + messages
                + " && document.querySelector('.message.sending') === null");
    }

    /** Presses a button of the message that contains the text. */
    private static void act(BrowserPage page, String message, String button) {
        page.click(".message", message);
        page.click(".message:focus-within .actions button", button);
    }

    private static String texts(BrowserPage page) {
        return (String) page.evaluate(
                "[...document.querySelectorAll('.message .text')].map(each => each.textContent).join('|')");
    }

    private static boolean isWritten(Path file) {
        return file.toFile().length() > 0;
    }

    private static void assertClean(BrowserPage... pages) {
        for (BrowserPage page : pages) {
            assertThat(page.problems()).isEmpty();
        }
    }
}
