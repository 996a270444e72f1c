import { expect, it } from 'vitest';
import { decide } from '#spec';
import { readQuestions } from '../read-questions.ts';
import { checkedEstate, instant } from './checked-estate.ts';

const { policy } = checkedEstate();
const questions = readQuestions(new URL('questions.txt', import.meta.url), policy, instant);

it.each(questions)('answers $answer to $who -> $what', ({ answer, request }) => {
  expect(decide(policy, request).decision).toBe(answer);
});

it('is asked about sixty questions or more, and a good part of each answer', () => {
  expect(questions.length).toBeGreaterThanOrEqual(60);
  expect(questions.filter(({ answer }) => answer === 'allow').length).toBeGreaterThanOrEqual(20);
  expect(new Set(questions.map(({ who, what }) => `${who} -> ${what}`)).size).toBe(questions.length);
});
