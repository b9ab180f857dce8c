package dev.portcullis.edge.api.reference;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.http.contract.ApiContract;
import dev.portcullis.kit.TestNode;
import dev.portcullis.kit.browser.BrowserPage;
import dev.portcullis.kit.browser.Chromium;
import dev.portcullis.protocol.CloseCode;
import dev.portcullis.protocol.codec.JsonSchemas;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The reference page in a real browser. What it looks like is left in target/screenshots. */
class ReferencePageIT {
    private static final Path SCREENSHOTS = Path.of("target/screenshots");

    private static final String VISIBLE =
            "[...document.querySelectorAll('article:not([hidden])')].map((each) => each.id).join()";

    @TempDir
    static Path profile;

    @AutoClose
    private static Chromium browser;

    @AutoClose
    private static TestNode node;

    private BrowserPage page;

    @BeforeAll
    static void start() throws Exception {
        browser = new Chromium(profile);
        node = TestNode.start();
    }

    @BeforeEach
    void open() {
        page = browser.open(node.http("/reference").toString());
        page.size(1600, 1000);
        page.theme("light");
        page.await("document.body.dataset.ready");
    }

    @AfterEach
    void close() {
        page.close();
    }

    @Test
    void page_shows_each_frame_call_and_close_code() throws Exception {
        assertThat(page.evaluate("document.querySelectorAll('article[id^=client-], article[id^=server-]').length"))
                .isEqualTo(JsonSchemas.names().size());
        assertThat(page.evaluate("document.querySelectorAll('article[id^=call-]').length"))
                .isEqualTo(ApiContract.published().operations().size());
        assertThat(page.evaluate("document.querySelectorAll('#close-codes tbody tr').length"))
                .isEqualTo(CloseCode.values().length);
        assertThat((String) page.evaluate("document.getElementById('client-chat').textContent"))
                .contains("content", "required", "1-1,000 characters", "not_member", "counts for the user");
        assertThat(page.evaluate("[...document.querySelectorAll('a[href^=\"#\"]')].map((link) => link.hash.slice(1))"
                        + ".filter((id) => document.getElementById(id) === null).join()"))
                .as("links that lead nowhere")
                .isEqualTo("");
        assertThat(page.evaluate("[...document.querySelectorAll('td, dd')].filter((cell) => /undefined|\\[object/"
                        + ".test(cell.textContent)).length"))
                .isEqualTo(0);
        assertNoProblem();
    }

    @Test
    void search_leaves_what_has_all_words_and_a_link_brings_the_rest_back() throws Exception {
        type("search", "upload ticket");
        assertThat(page.evaluate(VISIBLE))
                .asString()
                .contains("client-file_upload")
                .doesNotContain("client-ping");
        type("search", "no such thing at all");
        assertThat(page.evaluate(VISIBLE)).isEqualTo("");
        page.evaluate("location.hash = '#client-ping'");
        page.await(VISIBLE + ".includes('server-chat')");
        assertNoProblem();
    }

    @Test
    void console_sends_frames_and_shows_their_answers_with_times() throws Exception {
        connect(node.token("ann"));
        page.evaluate("document.querySelector('#client-ping .try').click()");
        assertThat((String) page.evaluate("document.getElementById('frame-text').value"))
                .contains("\"type\": \"ping\"");
        send();
        page.await("document.querySelector('.log li.in[data-type=pong] .ms')");

        page.evaluate("document.querySelector('#client-join .try').click()");
        send();
        page.await("document.querySelector('.log li.in[data-type=joined]')");
        page.evaluate("document.querySelector('#client-chat .try').click()");
        send();
        page.await("document.querySelector('.log li.in[data-type=ack]')");
        page.await("document.querySelector('.log li.in[data-type=chat]')");
        write(
                "{\"type\":\"chat\",\"id\":\"h\",\"roomId\":\"lobby\",\"content\":\"<img src=x onerror=document.title=1>\"}");
        send();
        page.await("document.querySelectorAll('.log li.in[data-type=chat]').length === 2");
        assertThat(page.evaluate("document.querySelectorAll('.log img').length + document.title"))
                .as("a message is text in the log")
                .isEqualTo("0Portcullis reference");
        write("{\"type\":\"chat\",\"id\":\"a\",\"roomId\":\"lobby\"}");
        send();
        page.await("document.querySelector('.log li.problem[data-type=error]')");
        assertThat((String) page.evaluate("document.querySelector('.log').textContent"))
                .contains("validation_failed", "/content")
                .doesNotContain(node.token("ann").substring(0, 30));
        write("not json");
        send();
        assertThat((String) page.evaluate("document.querySelector('p.problem').textContent"))
                .startsWith("Not JSON");
        assertNoProblem();
        page.screenshot(SCREENSHOTS.resolve("reference-console.png"));
    }

    @Test
    void console_says_what_a_close_code_means() throws Exception {
        type("access-token", "no.valid.token");
        page.evaluate("document.getElementById('connect').click()");
        page.awaitText(".log .meaning", "Auth refused");
        page.await("document.querySelector('.state').textContent === 'not connected'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "[1, {\"token\": \"eyJsecret.of.a.user\"}]", "7", "false", "\"text\""})
    void console_sends_json_that_is_no_frame_and_shows_what_is_answered(String json) {
        connect(node.token("ann"));
        write(json);
        send();
        page.await("document.querySelector('.log li.out[data-type=\"not a frame\"] pre') !== null");
        page.await("document.querySelector('.log li.problem[data-type=error]') !== null");
        assertThat((String) page.evaluate("document.querySelector('.log').textContent"))
                .doesNotContain("secret.of");
        assertNoProblem();
    }

    @Test
    void console_shows_received_json_that_is_no_frame() {
        page.evaluate("window.WebSocket = class extends EventTarget { static OPEN = 1; readyState = 1;"
                + " constructor() { super(); window.socket = this; } send() {} close() {} }; undefined");
        type("access-token", "any");
        page.evaluate("document.getElementById('connect').click()");
        for (String json : List.of("null", "[]", "7", "{\"type\":{}}", "not json")) {
            page.evaluate("void socket.dispatchEvent(new MessageEvent('message', { data: " + BrowserPage.quoted(json)
                    + " }))");
        }
        assertThat(page.evaluate(
                        "[...document.querySelectorAll('.log li.in .what')].map(each => each.textContent)" + ".join()"))
                .isEqualTo("not a frame,not a frame,not a frame,not a frame,not json");
        assertNoProblem();
    }

    @Test
    void secrets_that_are_typed_are_in_no_log_address_or_store() {
        String token = node.token("ann");
        connect(token);
        write("{\"type\":\"token_refresh\",\"id\":\"r\",\"token\":\"" + token + "\"}");
        send();
        page.await("document.querySelector('.log li.in[data-type=token_refreshed], .log li.problem')");
        type("access-email", "ann@example.org");
        type("access-password", "Correct-horse-7");
        page.evaluate("[...document.querySelectorAll('#console button')]"
                + ".find(each => each.textContent === 'Disconnect').click()");
        page.evaluate("document.querySelector('#console details form').requestSubmit()");
        page.await("document.querySelector('#console p.problem').textContent !== ''"
                + " && document.getElementById('access-password').value === ''");
        assertThat((String) page.evaluate("document.querySelector('.log').textContent + location.href"
                        + " + document.cookie + JSON.stringify(localStorage) + JSON.stringify(sessionStorage)"
                        + " + document.querySelector('#console p.problem').textContent"))
                .contains("token_refresh")
                .doesNotContain(token.substring(20), "Correct-horse", "ann@example.org");
        assertThat(page.requests()).noneMatch(each -> each.contains("Correct-horse") || each.contains("eyJ"));
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 401})
    void late_answer_to_a_login_leaves_the_connection_that_was_made_meanwhile(int status) {
        page.evaluate("{ const real = window.fetch; window.fetch = (target, options) => target !== '/api/auth/login'"
                + " ? real(target, options) : new Promise((answer) => (window.answerLogin = async () => {"
                + " answer(Response.json({ accessToken: 'late', error: { message: 'Late' } }, { status: " + status
                + " })); await new Promise(setTimeout); })); }");
        type("access-email", "ann@example.org");
        type("access-password", "Correct-horse-7");
        page.evaluate("document.querySelector('#console details form').requestSubmit()");
        assertThat(page.evaluate("document.getElementById('access-password').value"))
                .isEqualTo("");
        connect(node.token("ann"));
        page.evaluate("window.answerLogin()");
        assertThat(page.evaluate("document.querySelector('#console p.problem').textContent"))
                .isEqualTo("");
        page.evaluate("document.querySelector('#client-ping .try').click()");
        send();
        page.await("document.querySelector('.log li.in[data-type=pong]')");
        assertThat(page.evaluate("[...document.querySelectorAll('.log li')].filter((each) =>"
                        + " /connecting|closed/.test(each.textContent)).length"))
                .isEqualTo(1);
        assertNoProblem();
    }

    @ParameterizedTest
    @CsvSource({"1600, 1000, light", "1600, 1000, dark", "390, 844, light", "390, 844, dark"})
    void page_fits_its_window(int width, int height, String scheme) throws Exception {
        page.size(width, height);
        page.theme(scheme);
        String name = "reference-" + width + "-" + scheme;
        page.screenshot(SCREENSHOTS.resolve(name + ".png"));
        page.evaluate("document.documentElement.style.scrollBehavior = 'auto'");
        for (String anchor : List.of("client-chat", "close-codes", "call-putMember")) {
            String element = "document.getElementById('" + anchor + "')";
            page.await(
                    "(" + element + ".scrollIntoView(), Math.abs(" + element + ".getBoundingClientRect().top) < 200)");
            assertThat(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))
                    .as("the page is as wide as its window")
                    .isEqualTo(true);
            page.screenshot(SCREENSHOTS.resolve(name + "-" + anchor + ".png"));
        }
        if (width < 800) {
            page.evaluate("document.getElementById('open-console').click()");
            page.await("document.querySelector('#console.shown')");
            page.screenshot(SCREENSHOTS.resolve(name + "-console.png"));
        }
        assertNoProblem();
    }

    private void connect(String token) {
        type("access-token", token);
        page.evaluate("document.getElementById('connect').click()");
        page.await("document.querySelector('.log li.in[data-type=auth_success]')");
        page.await("document.querySelector('.state.open')?.textContent.startsWith('ann')");
    }

    private void write(String frame) {
        page.evaluate("document.getElementById('frame-text').value = '" + frame + "'");
    }

    private void send() {
        page.evaluate("document.querySelector('form.frame [type=submit]').click()");
    }

    private void type(String id, String text) {
        page.evaluate("{ const field = document.getElementById('" + id + "'); field.value = '" + text
                + "'; field.dispatchEvent(new Event('input')); }");
    }

    private void assertNoProblem() {
        assertThat(page.problems()).isEmpty();
    }
}
