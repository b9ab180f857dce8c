package dev.portcullis.client.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.ChatPeer;
import dev.portcullis.kit.MailServer;
import dev.portcullis.kit.browser.BrowserPage;
import dev.portcullis.kit.browser.Chromium;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * How the demo looks, in both themes and on a phone: pictures in {@code target/demo} for people, and what a program can tell.
 * With {@code -Dportcullis.demo.image=src/docs/images/demo.png} one of them becomes that file.
 */
@ExtendWith(VertxExtension.class)
class DemoLooksIT {
    private static final Path PICTURES = Path.of("target/demo");
    private static final List<String> THEMES = List.of("light", "dark");
    private static final int WIDE = 1280;
    private static final int PHONE = 390;
    private static final String STILL = "document.getAnimations().every(each => each.playState !== 'running'"
            + " || each.effect.getTiming().iterations === Infinity)";

    /** Texts whose contrast with what is behind them is below WCAG 2.2 AA, 1.4.3. */
    private static final String PALE = """
            (() => {
              const paint = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
              const rgb = (colour) => {
                paint.clearRect(0, 0, 1, 1);
                paint.fillStyle = colour;
                paint.fillRect(0, 0, 1, 1);
                return [...paint.getImageData(0, 0, 1, 1).data];
              };
              const light = ([r, g, b]) => [r, g, b].map((part) => part / 255).map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
                .reduce((sum, part, i) => sum + part * [0.2126, 0.7152, 0.0722][i], 0);
              const behind = (each) => {
                for (let at = each; at; at = at.parentElement) {
                  const colour = rgb(getComputedStyle(at).backgroundColor);
                  if (colour[3] === 255) return colour;
                }
                return [255, 255, 255];
              };
              const words = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
              const pale = [];
              while (words.nextNode()) {
                const each = words.currentNode.parentElement;
                const style = getComputedStyle(each);
                if (!words.currentNode.data.trim() || !each.getClientRects().length || style.visibility === "hidden" || each.closest(":disabled, .visually-hidden")) continue;
                const [one, other] = [light(rgb(style.color)), light(behind(each))].sort((a, b) => b - a);
                if ((one + 0.05) / (other + 0.05) < 4.5) pale.push(`${words.currentNode.data.trim()} ${style.color}`);
              }
              return JSON.stringify(pale);
            })()
            """;

    @TempDir
    Path folder;

    @Test
    void demo_is_legible_in_both_themes_and_fits_a_phone(Vertx vertx) throws Exception {
        try (Chromium browser = new Chromium(folder);
                DemoStage stage = new DemoStage(vertx, browser, folder)) {
            BrowserPage page = stage.page();
            page.await("document.querySelector('[name=email]') !== null");
            take(page, "login");
            register(page);
            try (ChatPeer ben = stage.peer("ben.osei", "Ben Osei");
                    ChatPeer cleo = stage.peer("cleo", "Chloé Martin");
                    ChatPeer dev = stage.peer("dev.patel", "Dev Patel")) {
                talk(page, stage, ben, cleo, dev);
                page.click(".status");
                page.awaitText("#panel-happened .event", "missed messages recovered");
                take(page, "happened");
                page.click(".status");
                page.awaitText("#panel-happened .event", "missed messages recovered");
                page.screenshot(PICTURES.resolve("happened-dark-" + PHONE + ".png"));
                page.press("Escape"); // the panel lies above the messages of a phone
                page.size(WIDE, 800);
                page.awaitText("#panel-happened .event", "missed messages recovered");
                page.click("#tab-people");
                take(page, "chat");
                store(PICTURES.resolve("chat-light-" + WIDE + ".png"));
                page.size(PHONE, 844);
                page.press("Escape");
                page.click("button[aria-label='Rooms and people']");
                page.await("document.activeElement.closest('.sidebar') !== null");
                page.theme("light");
                page.await(STILL);
                page.screenshot(PICTURES.resolve("drawer-light-" + PHONE + ".png"));
                page.click(".conversation", "Ben Osei");
                page.awaitText(".titles h1", "Ben Osei");
                take(page, "direct");
                page.size(WIDE, 800);
                page.click("#panel-people button", "Profile");
                take(page, "profile");
            }
        }
    }

    @Test
    void views_of_mailed_links_are_legible_and_fit_a_phone(Vertx vertx) throws Exception {
        try (Chromium browser = new Chromium(folder);
                MailServer mails = MailServer.plain();
                DemoStage stage = DemoStage.verifying(vertx, browser, folder, mails)) {
            BrowserPage page = stage.page();
            page.awaitText(".link", "Forgot your password?");
            take(page, "login-with-mails");
            page.click(".link", "Forgot your password?");
            page.awaitText("h2", "Forgot your password?");
            take(page, "forgotten-password");
            page.go(stage.url() + "#reset=none");
            page.awaitText("h2", "Set a new password");
            take(page, "new-password");
            BrowserPage ann = stage.registered("Ann");
            ann.awaitText(".banner", "Confirm your e-mail address");
            take(ann, "unconfirmed");
            ann.evaluate("void (location.hash = '#verify=none')");
            ann.awaitText(".banner.bad", "This link is not good");
            take(ann, "link-not-good");
            ann.size(WIDE, 800);
            ann.click(".account");
            ann.awaitText("dialog .own-email", "not confirmed");
            take(ann, "account-unconfirmed");
            ann.press("Escape");
            String link = mails.awaitMail("ann@example.org", 1).fragment();
            ann.evaluate("void (location.hash = " + BrowserPage.quoted("#" + link) + ")");
            ann.awaitText(".banner.good", "Your e-mail address is confirmed.");
            take(ann, "confirmed");
        }
    }

    private static void register(BrowserPage page) {
        page.size(WIDE, 800);
        page.click("[role=tab]", "Create account");
        page.fill("[name=username]", "Ann Meyer");
        page.fill("[name=email]", "ann@example.org");
        page.fill("[name=password]", DemoStage.PASSWORD);
        DemoStage.enter(page);
        page.awaitText(".titles h1", "lobby");
        page.await("document.querySelector('.scroller .first') !== null");
        create(page, "Release 2.0", "public");
        create(page, "Support", "private");
        page.click(".conversation", "lobby");
        page.awaitText(".titles h1", "lobby");
    }

    private static void create(BrowserPage page, String name, String visibility) {
        page.click("[aria-label='Create a room']");
        page.fill("[name=name]", name);
        page.click("[value=" + visibility + "]");
        page.click("dialog .primary", "Create");
        page.awaitText(".titles h1", name);
    }

    private static void talk(BrowserPage page, DemoStage stage, ChatPeer ben, ChatPeer cleo, ChatPeer dev) {
        for (ChatPeer peer : List.of(ben, cleo, dev)) {
            peer.join("lobby");
        }
        String asked = said(ben, "Morning! The release is ready. Who looks at the <b>restart</b> before we ship?");
        said(ben, "Notes are at https://example.org/notes #release");
        said(cleo, "I do. Killed it twice while typing, nothing was lost.");
        page.awaitText(".person", "Chloé Martin");
        DemoStage.say(page, "Great, I try it from my phone.");
        reply(dev, asked, "Done here too: <code>kill -9</code> and every message came back in order.");
        String wrong = said(dev, "But one thing …");
        dev.ask(new JsonObject()
                .put("type", "delete_message")
                .put("roomId", "lobby")
                .put("messageId", wrong)
                .put("id", "d1"));
        page.awaitText(".text.gone", "deleted");
        upload(page);
        DemoStage.say(page, "The latency of the last night");
        page.await("document.querySelector('.preview')?.naturalWidth > 0");
        page.await("document.querySelector('.message.sending') === null");
        direct(page, ben, "Lunch at noon?");
        direct(page, ben, "I have a table for four.");
        page.awaitText(".badge", "2");
        stage.dropConnections();
        page.awaitText(".status.waiting, .status.connecting", "ing");
        said(cleo, "@Ann looks good. Ship it?");
        String last = said(cleo, "I announce it at ten.");
        stage.reconnect();
        page.awaitText(".status.open", "Connected");
        page.awaitText(".message .text", "I announce it at ten.");
        for (ChatPeer peer : List.of(ben, cleo, dev)) {
            peer.send(
                    new JsonObject().put("type", "read").put("roomId", "lobby").put("seq", 9));
        }
        page.await("document.querySelector('.readers') !== null");
        assertThat(last).isNotEmpty();
        page.fill("#say", "Ship it");
        dev.send(new JsonObject()
                .put("type", "typing_indicator")
                .put("roomId", "lobby")
                .put("isTyping", true));
        page.awaitText(".typing", "Dev Patel is typing");
    }

    private static void upload(BrowserPage page) {
        page.evaluate("""
                (async () => {
                  const canvas = Object.assign(document.createElement("canvas"), { width: 720, height: 240 });
                  const paint = canvas.getContext("2d");
                  paint.fillStyle = "#0f1c2e";
                  paint.fillRect(0, 0, 720, 240);
                  paint.strokeStyle = "#5ad1a4";
                  paint.lineWidth = 4;
                  paint.beginPath();
                  for (let x = 0; x <= 720; x += 6) paint.lineTo(x, 150 - 50 * Math.sin(x / 60) - 24 * Math.sin(x / 17));
                  paint.stroke();
                  const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
                  const files = new DataTransfer();
                  files.items.add(new File([blob], "latency.png", { type: "image/png" }));
                  const input = document.querySelector("input[type=file]");
                  input.files = files.files;
                  input.dispatchEvent(new Event("change"));
                })()
                """);
        page.await(
                "document.querySelector('.chip') !== null && !document.querySelector('.chip progress:not([hidden])')");
    }

    private static String said(ChatPeer peer, String text) {
        return peer.say("lobby", text, "s" + text.hashCode()).getString("messageId");
    }

    private static void reply(ChatPeer peer, String to, String text) {
        peer.ask(new JsonObject()
                .put("type", "chat")
                .put("roomId", "lobby")
                .put("content", text)
                .put("replyTo", to)
                .put("id", "r" + text.hashCode()));
    }

    private static void direct(BrowserPage page, ChatPeer peer, String text) {
        peer.ask(new JsonObject()
                .put("type", "chat_message")
                .put("recipientId", userId(page))
                .put("content", text)
                .put("id", "x" + text.hashCode()));
    }

    private static String userId(BrowserPage page) {
        String key = "Object.keys(localStorage).find(each => each.startsWith('portcullis.demo.user.'))";
        page.await(key); // it is stored a moment after the first change
        return ((String) page.evaluate(key)).substring("portcullis.demo.user.".length());
    }

    /** Takes pictures in both themes and of both widths. */
    private static void take(BrowserPage page, String name) throws Exception {
        for (String theme : THEMES) {
            page.theme(theme);
            for (int width : List.of(WIDE, PHONE)) {
                page.size(width, width == WIDE ? 800 : 844);
                page.await("innerWidth === " + width);
                page.await(STILL);
                page.screenshot(PICTURES.resolve(name + "-" + theme + "-" + width + ".png"));
                assertThat(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))
                        .as(name + " fits " + width)
                        .isEqualTo(true);
                assertThat(page.evaluate(PALE))
                        .as(name + " in " + theme + " at " + width)
                        .isEqualTo("[]");
            }
        }
    }

    private static void store(Path picture) throws Exception {
        String image = System.getProperty("portcullis.demo.image", "");
        if (!image.isEmpty()) {
            Files.createDirectories(Path.of(image).getParent());
            Files.copy(picture, Path.of(image), StandardCopyOption.REPLACE_EXISTING);
        }
    }
}
