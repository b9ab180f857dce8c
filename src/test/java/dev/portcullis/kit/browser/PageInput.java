package dev.portcullis.kit.browser;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.Await;
import io.vertx.core.json.JsonObject;
import java.util.Optional;

/** The pointer and the keyboard of a page. */
record PageInput(PageSession session) {
    /**
     * Clicks an element once it can be reached: nothing covers it. Where the page moves or replaces it meanwhile, the click
     * does nothing, and there is another one.
     */
    void click(String element) {
        assertThat(Await.until(() -> middle(element)
                        .filter(at -> isReached(element, at) && isHit(element, at))
                        .isPresent()))
                .as("can be clicked: " + element)
                .isTrue();
    }

    /** Writes where the focus is. */
    void type(String text) {
        session.call("Input.insertText", new JsonObject().put("text", text));
    }

    void press(String key) {
        int code = switch (key) {
            case "Enter" -> 13;
            case "Escape" -> 27;
            case "Tab" -> 9;
            case "ArrowUp" -> 38;
            case "ArrowDown" -> 40;
            default -> throw new IllegalArgumentException(key);
        };
        JsonObject event = new JsonObject().put("key", key).put("code", key).put("windowsVirtualKeyCode", code);
        JsonObject down = event.copy().put("type", "keyDown");
        session.call("Input.dispatchKeyEvent", key.equals("Enter") ? down.put("text", "\r") : down);
        session.call("Input.dispatchKeyEvent", event.put("type", "keyUp"));
    }

    private boolean isReached(String element, JsonObject at) {
        mouse("mouseMoved", at);
        return session.isTrue(
                isIn(element, "document.elementFromPoint(" + at.getDouble("x") + "," + at.getDouble("y") + ")"));
    }

    /** Lets nothing but the element have the click. A click that led to another page has hit. */
    private boolean isHit(String element, JsonObject at) {
        session.evaluate("(() => { const pointed = (window.pointed = { hit: false });"
                + " const look = (event) => { if (!" + isIn(element, "event.target")
                + ") { event.preventDefault(); event.stopImmediatePropagation(); }"
                + " else if (event.type === 'click') pointed.hit = true; };"
                + " for (const type of ['pointerdown', 'mousedown', 'pointerup', 'mouseup', 'click'])"
                + " addEventListener(type, look, { capture: true, once: true }); })()");
        mouse("mousePressed", at);
        mouse("mouseReleased", at);
        return !session.isTrue("window.pointed?.hit === false");
    }

    /** The point in the middle of an element, which is scrolled into view. Empty while it is not there. */
    private Optional<JsonObject> middle(String element) {
        Object at = session.evaluate("(() => { const each = " + element + "; if (each === undefined) return '';"
                + " each.scrollIntoView({block: 'center', behavior: 'instant'}); const box = each.getBoundingClientRect();"
                + " return JSON.stringify({x: box.x + box.width / 2, y: box.y + box.height / 2}); })()");
        return Optional.of((String) at).filter(point -> !point.isEmpty()).map(JsonObject::new);
    }

    private static String isIn(String element, String node) {
        return "((" + element + ")?.contains(" + node + ") ?? false)";
    }

    private void mouse(String type, JsonObject at) {
        session.call(
                "Input.dispatchMouseEvent",
                at.copy()
                        .put("type", type)
                        .put("button", type.equals("mouseMoved") ? "none" : "left")
                        .put("clickCount", 1));
    }
}
