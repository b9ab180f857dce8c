package dev.portcullis.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.JdkPeer;
import dev.portcullis.kit.browser.BrowserPage;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Answers that come late, when the operator asks for something else already. */
class DashboardAnswersIT extends DashboardFixture {
    /** Each action is on what the page shows: it must not show one user's sessions under the name of another. */
    @Test
    void late_answer_about_another_user_or_room_is_dropped() throws Exception {
        unlock();
        try (JdkPeer ann = enter("ann");
                JdkPeer ben = enter("ben")) {
            view("sessions");
            showLate("#session-user", "ann", "ben", "/admin/sessions");
            assertThat(page.evaluate("document.querySelector('caption').textContent"))
                    .isEqualTo("Live sessions of ben");
            page.await("document.querySelectorAll('tbody tr').length === 1");
            press("End all and revoke");
            page.awaitText("dialog h2", "End all sessions of ben?");
            page.fill("dialog input", "ben");
            press("End all");
            assertThat(ben.ended()).isEqualTo(1008);
            ann.join("lobby");

            view("rooms");
            showLate("#room-id", "lobby", "cellar", "/admin/rooms/");
            page.await(reads("There is no room cellar") + " && !(" + reads("lobby") + ")");
        }
    }

    /** Asks for one, whose answer is late, and then for another. */
    private void showLate(String field, String first, String second, String call) {
        hold(call + (call.endsWith("/") ? first : "?userId=" + first));
        page.fill(field, first);
        press("Show");
        page.await("heldBack() > 0");
        page.fill(field, second);
        press("Show");
        page.await(reads(second));
        release();
    }

    @Test
    void question_before_an_end_names_the_session_and_its_user() throws Exception {
        unlock();
        view("sessions");
        try (JdkPeer ann = enter("ann")) {
            page.fill("#session-user", "ann");
            press("Show");
            page.await("document.querySelector('td code') !== null");
            String session = String.valueOf(page.evaluate("document.querySelector('td code').textContent"));
            hold("?userId=ben");
            page.fill("#session-user", "ben");
            press("Show");
            page.await("heldBack() > 0");
            assertThat(page.count("#view table"))
                    .as("sessions of ann, while those of ben are asked for")
                    .isZero();
            release();
            page.fill("#session-user", "ann");
            press("Show");
            page.await(reads("Live sessions of ann"));
            press("End");
            page.awaitText("dialog h2", "End a session of ann?");
            page.awaitText("dialog p", session);
            press("Cancel");
            ann.join("lobby");
        }
    }

    @Test
    void answer_that_comes_after_the_lock_is_not_shown() throws Exception {
        unlock();
        hold("/admin/");
        view("bans");
        page.fill("#ban-who", "eve");
        press("Ban");
        press("Ban");
        page.await("heldBack() > 2"); // a poll, the list and the ban
        press("Lock");
        release();
        assertThat(page.evaluate("document.querySelector('#news').textContent + document.querySelector('#view')"
                        + ".textContent + document.querySelector('#gone').textContent"))
                .isEqualTo("");
        assertThat(page.evaluate("document.querySelector('#app').hidden")).isEqualTo(true);
    }

    @Test
    void message_without_an_answer_is_repeated_and_a_changed_one_is_another() throws Exception {
        unlock();
        try (JdkPeer ann = enter("ann")) {
            ann.join("lobby");
            view("rooms");
            page.fill("#room-id", "lobby");
            press("Show");
            loseOneAnswer("/messages");
            page.fill("#room-message", "one");
            send();
            page.awaitText("#news", "The node does not answer.");
            send();
            page.await(DRAFT + " === ''");
            page.fill("#room-message", "one");
            send();
            page.await(DRAFT + " === ''");
            loseOneAnswer("/messages");
            page.fill("#room-message", "two");
            send();
            page.fill("#room-message", "three");
            send();
            page.await(DRAFT + " === ''");
            assertThat(heard(ann, 4)).containsExactly("one", "one", "two", "three");
        }
    }

    @Test
    void message_that_is_typed_while_another_is_sent_stays() throws Exception {
        unlock();
        try (JdkPeer ann = enter("ann")) {
            ann.join("lobby");
            view("rooms");
            page.fill("#room-id", "lobby");
            press("Show");
            hold("/messages");
            page.fill("#room-message", "one");
            send();
            page.await("heldBack() > 0");
            page.fill("#room-message", "two");
            release();
            page.awaitText("#news", "The message is stored");
            assertThat(page.evaluate(DRAFT)).isEqualTo("two");
            send();
            page.await(DRAFT + " === ''");
            assertThat(heard(ann, 2)).containsExactly("one", "two");
        }
    }

    private static final String DRAFT = "document.querySelector('#room-message').value";

    private void send() {
        press("Send …");
        page.click("dialog button", "Send");
    }

    private static List<String> heard(JdkPeer peer, int messages) {
        return Stream.generate(() -> peer.next("chat").getString("content"))
                .limit(messages)
                .toList();
    }

    /** The next request whose target contains this is done, and its answer is lost. */
    private void loseOneAnswer(String part) {
        page.evaluate("(() => { const real = window.fetch; window.fetch = async (target, options) => {"
                + " const answer = real(target, options);"
                + " if (!String(target).includes(" + BrowserPage.quoted(part) + ")) return answer;"
                + " window.fetch = real; await answer; throw new TypeError('lost'); }; })()");
    }

    /** Holds back the answers to requests whose target contains this, until {@link #release}. */
    private void hold(String part) {
        page.evaluate("(() => { const real = window.fetch; const held = []; let open;"
                + " const gate = new Promise(done => (open = done));"
                + " window.fetch = async (target, options) => { const answer = await real(target, options);"
                + " if (!String(target).includes(" + BrowserPage.quoted(part) + ")) return answer;"
                + " const text = await answer.text(); held.push(target); await gate;"
                + " return new Response(text, { status: answer.status }); };"
                + " window.heldBack = () => held.length;"
                + " window.release = async () => { window.fetch = real; open();"
                // These bodies are read after those of the answers, and the task runs after what follows from them.
                + " for (let i = 0; i < 3; i++) await new Response('x').text();"
                + " await new Promise(done => setTimeout(done)); }; })()");
    }

    private void release() {
        page.evaluate("window.release()");
    }
}
