/* One row per customer who rose and can be compared (temporary table compared, rises.sql), the newest rise first: how
many others its stratum holds (0: it is compared with nobody) and its margin of 26 weeks before and after. */
with others as (
    select compared.stratum, count(*) as others
    from compared
    where not compared.has_risen
    group by compared.stratum
),

listed as (
    select
        compared.customer_id,
        fct_customers.customer_name,
        compared.week_start + 6 as rose_on,
        compared.tier_before,
        compared.has_acted,
        case when others.others > 1 then others.others else 0 end as others,
        compared.early + compared.late as before,
        compared.after_1 + compared.after_2 as after,
        compared.is_kept_26
    from compared
    inner join fct_customers on compared.customer_id = fct_customers.customer_id
    left join others on compared.stratum = others.stratum
    where compared.has_risen
)

select *
from listed
order by rose_on desc, customer_id asc
