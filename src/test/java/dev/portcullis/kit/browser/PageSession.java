package dev.portcullis.kit.browser;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/** The DevTools protocol of one page. */
record PageSession(DevTools devTools, String id) {
    JsonObject call(String method, JsonObject parameters) {
        return devTools.call(id, method, parameters);
    }

    /** The value of an expression, or of its promise. */
    Object evaluate(String expression) {
        JsonObject asked = new JsonObject()
                .put("expression", expression)
                .put("awaitPromise", true)
                .put("returnByValue", true)
                .put("userGesture", true);
        JsonObject answer = call("Runtime.evaluate", asked);
        if (answer.containsKey("exceptionDetails")) {
            throw new AssertionError(expression + ": " + answer.encode());
        }
        return answer.getJsonObject("result").getValue("value");
    }

    /** Whether JavaScript takes the value of the expression for true. False also while the page is being loaded. */
    boolean isTrue(String condition) {
        try {
            return Boolean.TRUE.equals(evaluate("Boolean((" + condition + "))"));
        } catch (AssertionError noDocument) {
            return false;
        }
    }

    /** A text as a literal of JavaScript. */
    static String quoted(String text) {
        return new JsonArray().add(text).encode().replaceAll("^\\[|\\]$", "");
    }
}
