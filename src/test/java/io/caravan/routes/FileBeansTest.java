package io.caravan.routes;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FileBeansTest {
    private final FileBeans beans = new FileBeans();

    @Test
    void beansAreFoundByNameAndByWhatTheyAre() {
        beans.bind("word", "one");
        beans.bind("number", 1);
        beans.bind("other", "two");
        assertThat(beans.lookupByName("word")).isEqualTo("one");
        assertThat(beans.lookupByNameAndType("word", CharSequence.class)).isEqualTo("one");
        assertThat(beans.lookupByNameAndType("word", Number.class)).isNull();
        assertThat(beans.findByTypeWithName(CharSequence.class))
                .containsOnlyKeys("word", "other")
                .containsValues("one", "two");
        assertThat(beans.findByType(Number.class)).containsExactly(1);
        assertThat(beans.findByType(Runnable.class)).isEmpty();
    }

    @Test
    void aNameThatIsBoundAnewOrFreedLeavesNothingBehind() {
        beans.bind("word", "one");
        beans.bind("word", 1);
        assertThat(beans.findByType(String.class)).isEmpty();
        beans.unbind("word");
        beans.unbind("word");
        assertThat(beans.lookupByName("word")).isNull();
        assertThat(beans.findByType(Object.class)).isEmpty();
    }
}
