package dev.portcullis.client.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.MailServer;
import dev.portcullis.kit.browser.BrowserPage;
import dev.portcullis.kit.browser.Chromium;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.nio.file.Path;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The links of mails in the demo: one confirms an e-mail address, one sets a forgotten password. */
@ExtendWith(VertxExtension.class)
class DemoMailsIT {
    private static final String EMAIL = "ann@example.org";
    private static final String NEW_PASSWORD = "Other-Battery-9";
    private static final String CONFIRMED = "Your e-mail address is confirmed.";
    private static final String NOT_GOOD = "This link is not good: it was used already, or is over.";
    private static final String ANSWER = "If there is an account with this address, a mail is on its way.";
    private static final String MAY_WRITE = "!document.querySelector('#say').disabled";

    @TempDir
    static Path profile;

    @AutoClose
    private static Chromium browser;

    @AutoClose
    private final MailServer mails = MailServer.plain();

    @TempDir
    Path folder;

    @BeforeAll
    static void start() throws Exception {
        browser = new Chromium(profile);
    }

    @Test
    void user_reads_until_another_window_opens_the_link_and_then_writes_without_a_reload(Vertx vertx) throws Exception {
        try (DemoStage stage = DemoStage.verifying(vertx, browser, folder, mails)) {
            BrowserPage ann = stage.registered("Ann");
            ann.awaitText(".banner [role=status]", "Confirm your e-mail address: we have sent you a mail.");
            ann.await("document.querySelector('#say').disabled"
                    + " && document.querySelector('#say').placeholder === 'Confirm your address to write'");
            ann.click(".account");
            ann.awaitText("dialog .own-email", "not confirmed");
            ann.press("Escape");
            // A machine so busy that the pause is over sends one more, after which the pause begins again.
            ann.await("document.querySelector('.banner button:disabled')?.textContent.startsWith('Send it again in')"
                    + " || document.querySelector('.banner button:not([hidden], :disabled)')?.click()");
            ann.awaitText(".banner [role=status]", "We sent you a mail a short time ago.");
            ann.forgetProblems(); // the refusal

            String link = stage.url() + "#" + mails.awaitMail(EMAIL, 1).fragment();
            ann.evaluate("void (window.sameDocument = true)");
            ann.evaluate("void (window.other = window.open(" + BrowserPage.quoted(link) + "))");
            ann.await("window.other.document.querySelector('.starting button.primary')?.click() === undefined"
                    + " && window.other.document.querySelector('.banner')?.textContent.includes('" + CONFIRMED + "')");
            assertThat(ann.evaluate("window.other.navigation.entries().map(({ url }) => url).join()"))
                    .asString()
                    .doesNotContain("verify=");
            ann.awaitText(".banner.good [role=status]", CONFIRMED);
            ann.await(MAY_WRITE);
            DemoStage.say(ann, "I may write");
            ann.await("document.querySelector('.message:not(.sending) .text')?.textContent === 'I may write'");
            assertThat(ann.evaluate("window.sameDocument")).isEqualTo(true);
            ann.await("document.querySelector('.account .role').textContent === ''");
            ann.click("[aria-label='Close this line']");
            ann.await("document.querySelector('.banner').hidden");
            ann.click(".account");
            ann.awaitText("dialog .own-email", "confirmed");
            ann.awaitNoText("dialog .own-email", "not confirmed");
            assertThat(ann.problems()).isEmpty();
        }
    }

    @Test
    void link_that_is_opened_in_the_window_of_the_chat_confirms_there_and_stays_in_no_history(Vertx vertx)
            throws Exception {
        try (DemoStage stage = DemoStage.verifying(vertx, browser, folder, mails)) {
            BrowserPage ann = stage.registered("Ann");
            String fragment = mails.awaitMail(EMAIL, 1).fragment();
            ann.evaluate("void (window.sameDocument = true)");
            ann.evaluate("void (location.hash = '#verify=none-of-yours')");
            ann.awaitText(".banner.bad [role=status]", NOT_GOOD);
            ann.awaitText(".banner button", "Send another mail");
            ann.forgetProblems();

            ann.evaluate("void (location.hash = " + BrowserPage.quoted("#" + fragment) + ")");
            ann.awaitText(".banner.good [role=status]", CONFIRMED);
            ann.await(MAY_WRITE);
            DemoStage.say(ann, "At once");
            ann.await("document.querySelector('.message:not(.sending) .text')?.textContent === 'At once'");
            ann.awaitText(".titles h1", "lobby");
            assertThat(ann.evaluate("navigation.entries().map(({ url }) => url).join()"))
                    .asString()
                    .contains("#room/lobby")
                    .doesNotContain("verify=");
            assertThat(ann.evaluate("window.sameDocument")).isEqualTo(true);
            assertThat(ann.problems()).isEmpty();

            BrowserPage elsewhere = browser.open(stage.url() + "#" + fragment);
            elsewhere.click(".starting button.primary");
            elsewhere.awaitText(".notice[role=status]", NOT_GOOD);
            elsewhere.await("document.querySelector('[name=password]') !== null && location.hash === ''");
            elsewhere.close();
        }
    }

    @Test
    void link_that_is_opened_where_the_user_is_not_logged_in_leads_to_the_login(Vertx vertx) throws Exception {
        try (DemoStage stage = DemoStage.verifying(vertx, browser, folder, mails)) {
            stage.registered("Ann").close();
            BrowserPage phone = stage.page();
            phone.go(stage.url() + "#" + mails.awaitMail(EMAIL, 1).fragment());
            phone.awaitText(".starting [role=status]", "Have you created an account here with your e-mail address?");
            phone.click(".starting button.primary");
            phone.awaitText(".notice[role=status]", CONFIRMED + " Log in.");
            assertThat(phone.evaluate("location.hash")).isEqualTo("");
            phone.fill("[name=email]", EMAIL);
            phone.fill("[name=password]", DemoStage.PASSWORD);
            DemoStage.enter(phone);
            phone.await(MAY_WRITE);
            assertThat(phone.problems()).isEmpty();
        }
    }

    @Test
    void forgotten_password_is_set_by_the_link_of_a_mail_and_ends_other_logins(Vertx vertx) throws Exception {
        try (DemoStage stage = DemoStage.verifying(vertx, browser, folder, mails)) {
            BrowserPage other = stage.registered("Ann");
            mails.awaitMail(EMAIL, 1);
            BrowserPage ann = stage.page();
            ann.fill("[name=email]", "stranger@example.org");
            ann.click(".link", "Forgot your password?");
            ann.await("document.activeElement.name === 'email'");
            ann.press("Enter"); // with the address that was typed
            ann.awaitText("[role=status]", ANSWER);
            ann.awaitText(".hint", "A mail of the last 30 minutes is good too.");
            ann.click(".link", "Back to the login");
            ann.click(".link", "Forgot your password?");
            ann.fill("[name=email]", EMAIL);
            ann.press("Enter");
            ann.awaitText("[role=status]", ANSWER);
            String link = stage.url() + "#" + mails.awaitMail(EMAIL, 2).fragment();
            assertThat(mails.mailsTo("stranger@example.org")).isEmpty();

            ann.evaluate("void (location.href = " + BrowserPage.quoted(link) + ")");
            ann.await("document.activeElement.name === 'newPassword' && location.hash === ''");
            ann.await("document.activeElement.autocomplete === 'new-password'");
            ann.fill("[name=newPassword]", "short");
            ann.press("Enter");
            ann.awaitText(".problem", "The password needs at least 8 characters");
            ann.forgetProblems();
            ann.fill("[name=newPassword]", NEW_PASSWORD);
            ann.press("Enter");
            ann.awaitText(".notice[role=status]", "Your password is set. Log in.");
            assertThat(ann.evaluate("navigation.entries().map(({ url }) => url).join()"))
                    .asString()
                    .doesNotContain("reset=");
            other.awaitText(".notice", "logged out");
            ann.fill("[name=email]", EMAIL);
            ann.fill("[name=password]", NEW_PASSWORD);
            DemoStage.enter(ann);
            ann.await(MAY_WRITE); // who reads the mail has the address
            assertThat(ann.problems()).isEmpty();

            other.go(link);
            other.fill("[name=newPassword]", NEW_PASSWORD);
            other.press("Enter");
            other.awaitText(".problem[role=alert]", NOT_GOOD);
            other.awaitText("button", "Send me a link");
        }
    }

    @Test
    void page_offers_no_mail_where_none_is_sent(Vertx vertx) throws Exception {
        try (DemoStage stage = new DemoStage(vertx, browser, folder)) {
            BrowserPage page = stage.page();
            page.await("document.querySelector('[name=password]') !== null");
            page.awaitNoText(".link", "Forgot your password?");
            BrowserPage ann = stage.registered("Ann");
            ann.await(MAY_WRITE);
            assertThat(ann.evaluate("document.querySelector('.banner').hidden")).isEqualTo(true);
        }
    }
}
