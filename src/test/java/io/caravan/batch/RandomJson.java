package io.caravan.batch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Random;

/** Records made by chance: any type, nested, with every kind of character. The same seed gives the same records. */
final class RandomJson {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final int[] CHARACTERS = {'a', 'Z', '"', '\\', '/', '\n', 0x1F, 0x7F, 0xE9, 0x20AC, 0xFFFF, 0x1F600};

    private RandomJson() {}

    static ObjectNode object(Random random, int depth) {
        ObjectNode object = NODES.objectNode();
        object.put("id", random.nextInt(1_000));
        for (int i = random.nextInt(6); i > 0; i--) {
            object.set(text(random), value(random, depth));
        }
        return object;
    }

    private static JsonNode value(Random random, int depth) {
        return switch (random.nextInt(depth > 0 ? 10 : 8)) {
            case 0 -> NODES.numberNode(random.nextInt());
            case 1 -> NODES.numberNode(random.nextLong());
            case 2 -> NODES.numberNode(new BigInteger(120, random));
            case 3, 4 -> NODES.numberNode(new BigDecimal(new BigInteger(60, random), random.nextInt(20)));
            case 5 -> NODES.booleanNode(random.nextBoolean());
            case 6 -> NODES.nullNode();
            case 7 -> NODES.textNode(text(random));
            case 8 -> object(random, depth - 1);
            default -> array(random, depth - 1);
        };
    }

    private static ArrayNode array(Random random, int depth) {
        ArrayNode array = NODES.arrayNode();
        for (int i = random.nextInt(4); i > 0; i--) {
            array.add(value(random, depth));
        }
        return array;
    }

    private static String text(Random random) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(8); i > 0; i--) {
            text.appendCodePoint(CHARACTERS[random.nextInt(CHARACTERS.length)]);
        }
        return text.toString();
    }
}
