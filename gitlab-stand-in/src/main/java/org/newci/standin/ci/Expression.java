package org.newci.standin.ci;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What stands behind {@code if:} in a rule (docs.gitlab.com, "CI/CD job rules": variable
 * expressions). Made by {@link ExpressionParser}.
 */
sealed interface Expression {

  /** Whether the expression holds; one that cannot be judged does not. */
  default boolean holds(Sight sight) {
    try {
      return test(sight);
    } catch (NotJudgeable e) {
      return false;
    }
  }

  /** As {@link #holds}, but says when the expression cannot be judged. */
  boolean test(Sight sight) throws NotJudgeable;

  /** A variable that should hold a regular expression holds something else. */
  final class NotJudgeable extends Exception {
    private static final long serialVersionUID = 1L;
  }

  /** Something that has a text or is null. */
  sealed interface Term {
    @Nullable String text(Sight sight);
  }

  /** {@code $NAME}: null when it is not set. */
  record Variable(String name) implements Term {
    @Override
    public @Nullable String text(Sight sight) {
      return sight.value(name).orElse(null);
    }
  }

  /** A quoted text. */
  record Literal(String value) implements Term {
    @Override
    public String text(Sight sight) {
      return value;
    }
  }

  /** The word {@code null}. */
  record Nothing() implements Term {
    @Override
    public @Nullable String text(Sight sight) {
      return null;
    }
  }

  /** A term alone: holds when it is there and not empty. */
  record Present(Term term) implements Expression {
    @Override
    public boolean test(Sight sight) {
      String text = term.text(sight);
      return text != null && !text.isEmpty();
    }
  }

  /** {@code ==}, or {@code !=} when negated. */
  record Same(Term left, Term right, boolean negated) implements Expression {
    @Override
    public boolean test(Sight sight) {
      return java.util.Objects.equals(left.text(sight), right.text(sight)) != negated;
    }
  }

  /** {@code =~} or {@code !~} with a regular expression that stands in the file. */
  record Matches(Term left, RegexLiteral regex, boolean negated) implements Expression {
    @Override
    public boolean test(Sight sight) {
      String text = left.text(sight);
      return (text != null && sight.find(regex, text)) != negated;
    }
  }

  /** {@code =~} or {@code !~} with a variable that holds {@code /re/}. */
  record MatchesVariable(Term left, Variable regex, boolean negated) implements Expression {
    @Override
    public boolean test(Sight sight) throws NotJudgeable {
      String held = regex.text(sight);
      Optional<RegexLiteral> literal = held == null ? Optional.empty() : RegexLiteral.of(held);
      String text = left.text(sight);
      return (text != null && sight.find(literal.orElseThrow(NotJudgeable::new), text)) != negated;
    }
  }

  /** Both hold. */
  record And(Expression left, Expression right) implements Expression {
    @Override
    public boolean test(Sight sight) throws NotJudgeable {
      return left.test(sight) && right.test(sight);
    }
  }

  /** One of them holds. */
  record Or(Expression left, Expression right) implements Expression {
    @Override
    public boolean test(Sight sight) throws NotJudgeable {
      return left.test(sight) || right.test(sight);
    }
  }
}
