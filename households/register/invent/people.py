"""Households of invented people: who lives together, how old they are, what they do."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from exitcase.core.identity import check_character
from households.choices import Education, Health, Labour, Relation, Schooling, Sex
from households.register.invent import names

ADULT, PUPIL, SENIOR, OLD = 18, 6, 15, 60  # full years on the day of reckoning
SIZES = (1, 2, 3, 4, 5, 6, 7, 8)
WEIGHTS = (20, 24, 20, 17, 10, 5, 3, 1)  # of a hundred households
R = Relation
MALE = frozenset({R.SON, R.FATHER, R.HUSBANDS_FATHER, R.WIFES_FATHER, R.GRANDSON,
                  R.GRANDSON_BY_DAUGHTER, R.SON_IN_LAW, R.GRANDFATHER})  # fmt: skip


@dataclass(slots=True)
class Person:
    """One invented person; `age` is full years on 1 September of the year."""

    relation: Relation
    male: bool
    age: int
    name: str = ""
    nation: str = "01"
    born: date = date.min
    number: str = ""
    schooling: Schooling = Schooling.NONE
    education: Education = Education.PRIMARY
    health: Health = Health.WELL
    labour: Labour = Labour.NONE
    work_months: int = 0
    card: str = ""
    phone: str = ""
    insured: bool = True

    @property
    def sex(self) -> Sex:
        return Sex.MALE if self.male else Sex.FEMALE


@dataclass(slots=True)
class Maker:
    """What is handed out once: numbers, phones, rare names."""

    random: Random
    year: int
    used: set[str] = field(default_factory=set)
    people: int = 0

    def phone(self) -> str:
        return f"100{self.random.randrange(10**8):08}"

    def number(self, person: Person) -> str:
        """A valid one under a prefix that no region has."""
        while True:
            sequence = self.random.randrange(0, 500) * 2 + person.male
            digits = f"990000{person.born:%Y%m%d}{sequence:03}"
            if digits not in self.used:
                self.used.add(digits)
                return digits + check_character(digits)


def sizes(random: Random, persons: int) -> list[int]:
    """Household sizes that sum to `persons`; every size stands once where there is room."""
    found: list[int] = [*SIZES] if persons >= 2 * sum(SIZES) else []
    left = persons - sum(found)
    while left:
        found.append(min(left, random.choices(SIZES, WEIGHTS)[0]))
        left -= found[-1]
    random.shuffle(found)
    return found


def household(maker: Maker, size: int, *, disabled: bool) -> list[Person]:
    """The head first; ages and relations agree with each other."""
    people = _family(maker.random, size)
    surname = maker.random.choice(names.SURNAMES)
    for person in people:
        _name(maker, person, surname)
        person.born = _birthday(maker.random, maker.year, person.age)
        person.number = maker.number(person)
        _school(maker.random, person)
    _health(maker, people, disabled=disabled)
    for person in people:
        _work(maker.random, person)
        if person.age >= ADULT and maker.random.random() < 0.7:
            person.phone = maker.phone()
    people[0].phone = people[0].phone or maker.phone()
    return people


def _family(random: Random, size: int) -> list[Person]:
    if size == 1:
        male = random.random() < 0.7  # more widowers and bachelors than widows
        return [Person(R.HEAD, male, random.randint(46, 86))]
    if size == 2:
        return _pair(random)
    return _many(random, size)


def _pair(random: Random) -> list[Person]:
    """An old couple, a parent with a child, a grandparent with a grandchild."""
    kind = random.randrange(3)
    if kind == 0:
        age = random.randint(61, 82)
        return [Person(R.HEAD, True, age), Person(R.SPOUSE, False, age - random.randint(0, 5))]
    male = random.random() < 0.5
    if kind == 1:
        age = random.randint(34, 55)
        return [Person(R.HEAD, male, age), _child(random, age)]
    age = random.randint(60, 76)
    boy = random.random() < 0.5
    kin = R.GRANDSON if boy else R.GRANDDAUGHTER
    return [Person(R.HEAD, male, age), Person(kin, boy, random.randint(6, 17))]


def _many(random: Random, size: int) -> list[Person]:
    """A couple, their children, from five persons on also the old or the next generation."""
    male = random.random() < 0.85
    age = random.randint(34, 52)
    people = [Person(R.HEAD, male, age), Person(R.SPOUSE, not male, age + random.randint(-3, 2))]
    elders = [R.FATHER, R.MOTHER, R.WIFES_MOTHER if male else R.HUSBANDS_MOTHER]
    for place in range(size - 2):
        if place % 2 and elders:
            kin = elders.pop(0)
            people.append(Person(kin, kin in MALE, age + random.randint(21, 33)))
        elif place < 5:
            people.append(_child(random, age))
        else:
            people.append(Person(R.SIBLING, True, max(ADULT, age - random.randint(1, 6))))
    return people


def _child(random: Random, age: int) -> Person:
    boy = random.random() < 0.5
    kin = R.SON if boy else R.DAUGHTER
    return Person(kin, boy, max(1, age - random.randint(21, 34)))


def _name(maker: Maker, person: Person, surname: str) -> None:
    """Every seventh person's name has a rare character, every fortieth's a dot."""
    random, maker.people = maker.random, maker.people + 1
    own = surname
    if person.relation in {R.SPOUSE, R.MOTHER, R.WIFES_MOTHER, R.HUSBANDS_MOTHER}:
        own = random.choice(names.SURNAMES)
    person.name = own + names.given(random, male=person.male)
    if maker.people % 7 == 3:
        person.name = person.name[:2] + names.RARE[maker.people // 7 % len(names.RARE)]
    elif maker.people % 40 == 25:
        place = maker.people // 40 % len(names.DOTTED)
        person.name, person.nation = names.DOTTED[place], names.DOTTED_NATIONS[place]
    elif random.random() < 0.03:
        person.nation = random.choice(("15", "12", "13", "06"))


def _birthday(random: Random, year: int, age: int) -> date:
    """A day on which the person is `age` full years old on 1 September."""
    last = date(year - age, 9, 1)
    return last - timedelta(days=random.randrange(365))


_GRADES = (Schooling.GRADE_7, Schooling.GRADE_8, Schooling.GRADE_9)
_SENIOR = (Schooling.SENIOR_1, Schooling.SENIOR_2, Schooling.SENIOR_3)
_VOCATIONAL = (Schooling.VOCATIONAL_1, Schooling.VOCATIONAL_2, Schooling.VOCATIONAL_3)
_HIGHER = (Schooling.BACHELOR_1, Schooling.BACHELOR_2, Schooling.COLLEGE_1, Schooling.COLLEGE_2)


def _school(random: Random, person: Person) -> None:
    age = person.age
    if age < PUPIL:
        person.schooling = Schooling.PRESCHOOL if age >= 3 else Schooling.NONE
        person.education = Education.NONE
    elif age < 12:
        person.schooling = Schooling.PRIMARY
    elif age < SENIOR:
        person.schooling, person.education = _GRADES[age - 12], Education.PRIMARY
    elif age < ADULT:
        person.schooling = random.choice((_SENIOR, _VOCATIONAL))[age - SENIOR]
        person.education = Education.JUNIOR
    elif age < 22 and random.random() < 0.4:
        person.schooling, person.education = random.choice(_HIGHER), Education.SENIOR
    else:
        stock = (Education.PRIMARY, Education.JUNIOR, Education.JUNIOR, Education.SENIOR)
        person.education = (
            random.choice(stock) if age < OLD else random.choice(tuple(Education)[:2])
        )


def _health(maker: Maker, people: list[Person], *, disabled: bool) -> None:
    random = maker.random
    grown = [person for person in people if person.age >= ADULT]
    if disabled:
        _disable(random, random.choice(grown))
    for person in people:
        if person.health == Health.WELL and random.random() < 0.03:
            _disable(random, person)
        elif person.health == Health.WELL and random.random() < person.age / 180:
            person.health = random.choice((Health.CHRONIC, Health.CHRONIC, Health.SERIOUS))


def _disable(random: Random, person: Person) -> None:
    person.health = Health.DISABLED
    person.card = f"{person.number}{random.randint(1, 7)}{random.randint(1, 4)}"


def _work(random: Random, person: Person) -> None:
    if person.age < ADULT or person.schooling != Schooling.NONE:
        person.labour = Labour.NONE
    elif person.card and person.card[-1] in "12":
        person.labour = Labour.LOST
    elif person.age > 75:
        person.labour = Labour.NONE
    elif person.age >= OLD or person.health != Health.WELL:
        person.labour = Labour.WEAK
    else:
        person.labour = random.choice((Labour.ORDINARY, Labour.ORDINARY, Labour.SKILLED))
        person.work_months = random.choice((0, 3, 6, 8, 10, 11))
